"""Slimming one file, with an engine or without one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dfopt.cli.engines import progress, read_probes
from dfopt.cli.files import STDIN, InputError
from dfopt.frozen import frozen
from dfopt.model import Context, Stage
from dfopt.slim.base import BaseConfig
from dfopt.slim.measured import File, Measured
from dfopt.slim.plan import Gap, Refusal
from dfopt.slim.planner import base_from_catalogue
from dfopt.slim.slimming import Result, slim
from dfopt.slim.verification import Options

if TYPE_CHECKING:
    from dfopt.images import Engine
    from dfopt.images.engines import EngineChoice
    from dfopt.slim.closure.explain import Absent, Kept

_BY_HAND = (
    "or build the stage that gathers by hand: docker build --target gathered -t why -f Dockerfile.slim . && "
    "docker run --rm why grep PATH /dfopt/edges"
)


@frozen()
class Job:
    """A file and how to slim it."""

    path: str
    data: bytes
    context: Path | None = None
    build_args: Mapping[str, str] = field(default_factory=dict)
    network: str | None = None
    target: str | None = None
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    probe_file: Path | None = None

    @property
    def folder(self) -> Path:
        """The build context."""
        return self.context or (Path() if self.path == STDIN else Path(self.path).parent)

    @property
    def file(self) -> File:
        """What is built."""
        return File(self.folder, Path(self.path), self.data)

    @property
    def options(self) -> Options:
        """How it is built."""
        return Options(self.network, self.build_args, progress())


def run(job: Job, engine: str) -> Measured:
    """The result, and with an engine the proof; raises InputError where the engine or the settings can't be used."""
    if engine == "none":
        return Measured(_slim(job, base_from_catalogue))
    try:
        found = _found(job, engine)
    except InputError as error:
        if engine != "auto":
            raise
        click.echo(f"dfopt: {error.reason}\ndfopt: goes on without an engine, so the result is not tried", err=True)
        return Measured(_slim(job, base_from_catalogue))
    from dfopt.images import ImagesError
    from dfopt.slim.measured import measured

    with found:
        probes = read_probes(job.probe_file, job.folder)
        try:
            return measured(found, _slim_with(job, found), job.file, job.options, probes)
        except ImagesError as error:
            return Measured(Result(job.data, None, Refusal("engine", f"{error}")))


def explain(job: Job, engine: str, paths: Sequence[str]) -> "tuple[Kept | Absent, ...]":
    """Why paths are kept or not; raises InputError where that can't be told."""
    if engine == "none":
        raise InputError(job.path, f"why a file is kept shows only in the built image, so use an engine; {_BY_HAND}")
    found = _found(job, engine)
    from dfopt.images import ImagesError
    from dfopt.slim.measured import explained

    with found:
        try:
            result = _slim_with(job, found)(())
            if result.refusal:
                raise InputError(job.path, f"can't be slimmed: {result.refusal.reason}")
            explanations = explained(found, job.file, result, job.options, paths)
        except ImagesError as error:
            raise InputError(job.path, str(error)) from error
    if explanations is None:
        raise InputError(job.path, "its final stage copies the files that --dry-run lists, each with its reason")
    return explanations


def _found(job: Job, engine: str) -> "Engine":
    from dfopt.images import EngineError, find_engine

    try:
        return find_engine(cast("EngineChoice", engine))
    except EngineError as error:
        raise InputError(job.path, str(error)) from error


def _slim_with(job: Job, engine: "Engine") -> Callable[[tuple[Gap, ...]], Result]:
    bases: dict[str | None, BaseConfig] = {}

    def base_of(stage: Stage) -> BaseConfig:
        base = stage.root_base
        if base not in bases:
            bases[base] = _base_of(stage, job, engine)
        return bases[base]

    return lambda gaps: _slim(job, base_of, gaps)


def _slim(job: Job, base_of: Callable[[Stage], BaseConfig | None], gaps: tuple[Gap, ...] = ()) -> Result:
    is_file = job.path != STDIN
    context = Context.at(job.folder, Path(job.path) if is_file else None) if is_file or job.context else None
    return slim(
        job.data,
        context=context,
        build_args=job.build_args,
        target=job.target,
        keep=job.keep,
        drop=job.drop,
        gaps=gaps,
        name=Path(job.path).name if is_file else "Dockerfile",
        base_of=base_of,
    )


def _base_of(stage: Stage, job: Job, engine: "Engine") -> BaseConfig:
    """What the lowest stage's base sets, as the engine sees it once it is built upon."""
    lowest = stage.lineage[-1]
    model = stage.model
    text = b"".join([each.bytes for each in model.preamble]) + lowest.from_.bytes
    image = engine.build(job.folder, text, network=job.network, build_args=job.build_args, log=progress())
    return BaseConfig.of_image(engine.config(image))
