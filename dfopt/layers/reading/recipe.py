"""A Dockerfile's recipe."""

from collections.abc import Iterable, Mapping

from dfopt.layers.builds import Build
from dfopt.layers.fleet import Place
from dfopt.layers.reading.disk import Disk
from dfopt.layers.reading.steps import StageReader
from dfopt.layers.recipes import Recipe, StageRecipe
from dfopt.model.context import Context
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.syntax.parser import parse


class RecipeError(Exception):
    """A build that makes no image; the message says why, and what to do."""


def read_recipe(build: Build, data: bytes) -> Recipe:
    """The recipe of a build whose Dockerfile holds `data`; raises RecipeError."""
    context = Context.at(build.context, build.dockerfile) if build.context is not None else None
    model = Model(parse(data), context, build.args, data)
    target = model.final_stage if build.target is None else _stage(model, build.target)
    if target is None:
        reason = "has no FROM" if build.target is None else f"has no stage {build.target}; check the target"
        raise RecipeError(reason)
    return Recipe(build.name, build, dict(_stages(build, target)), target.index)


def _stage(model: Model, name: str) -> Stage | None:
    return model.stage(name) or (model.stage(int(name)) if name.isdecimal() else None)


def _stages(build: Build, target: Stage) -> Iterable[tuple[int, StageRecipe]]:
    """The recipes of a stage and of all that it needs, the lowest first."""
    disks: dict[int, Disk] = {}
    for stage in _needed(target):
        below = stage.base_stage
        disk = disks[below.index].copy() if below else Disk()
        disks[stage.index] = disk
        yield stage.index, _read(build, stage, disk)


def _needed(target: Stage) -> list[Stage]:
    found = {target.index: target}
    pending = [target]
    while pending:
        new = [stage for stage in pending.pop().dependencies if stage.index not in found]
        found.update({stage.index: stage for stage in new})
        pending += new
    return [found[index] for index in sorted(found)]


def _read(build: Build, stage: Stage, disk: Disk) -> StageRecipe:
    below, image = stage.base_stage, stage.from_.image
    steps = StageReader(build, stage, disk).steps()
    return StageRecipe(
        base=below.index if below else stage.base,
        written=image.value,
        place=Place(build.dockerfile, stage.from_.span.start.line),
        span=(image.span.start.offset, image.span.end.offset),
        platform=stage.platform,
        steps=steps,
        labels=_labels(stage),
        losses=tuple(disk.losses),
    )


def _labels(stage: Stage) -> Mapping[str, str]:
    return dict(stage.config.labels)
