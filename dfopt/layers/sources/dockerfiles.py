"""A fleet of Dockerfiles, none of which is built."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from dfopt.frozen import frozen
from dfopt.layers.builds import Build
from dfopt.layers.fleet import File, Problem
from dfopt.layers.reading.recipe import RecipeError, read_recipe
from dfopt.layers.recipes import Recipe, Step

Work = tuple[Build, bytes]
"""A build, and the bytes of its Dockerfile."""

Spread = Callable[[Callable[[Sequence[Work]], "list[Recipe | Problem]"], Sequence[Work]], "Iterable[Recipe | Problem]"]
"""Has a function do much work in parts, in other processes where that pays, and gives all results in their order."""


@frozen()
class Read:
    """The recipes, by name and each name once, and what could not be read."""

    recipes: tuple[Recipe, ...]
    problems: tuple[Problem, ...]


def read(work: Sequence[Work], spread: Spread | None = None) -> Read:
    """The recipes of all builds; the order of the builds does not matter."""
    results = spread(read_some, work) if spread else read_some(work)
    recipes: list[Recipe] = []
    problems: list[Problem] = []
    files: dict[str, tuple[File, ...]] = {}
    for each in results:
        if isinstance(each, Problem):
            problems.append(each)
        else:
            recipes.append(_with_files(each, files))
    return Read(tuple(_with_different_names(sorted(recipes, key=_rank))), tuple(problems))


def read_some(work: Sequence[Work]) -> list[Recipe | Problem]:
    """The recipes of some builds, a problem in place of each that has none."""
    return [_read_one(build, data) for build, data in work]


def _read_one(build: Build, data: bytes) -> Recipe | Problem:
    try:
        return read_recipe(build, data)
    except RecipeError as error:
        return Problem(build.dockerfile, f"{error}; it is left out")
    except Exception as error:  # noqa: BLE001 - a fault that one file brings to light must not stop the others
        fault = f"{type(error).__name__}: {error}"
        return Problem(build.dockerfile, f"can't be read: {fault}; report the file, dfopt is at fault")


def _with_files(recipe: Recipe, files: dict[str, tuple[File, ...]]) -> Recipe:
    """A recipe whose steps hold the very files of earlier steps that copy the same: other processes send them anew."""
    stages = {
        number: replace(stage, steps=tuple([_sharing_files(step, files) for step in stage.steps]))
        for number, stage in recipe.stages.items()
    }
    return replace(recipe, stages=stages)


def _sharing_files(step: Step, files: dict[str, tuple[File, ...]]) -> Step:
    return replace(step, files=files.setdefault(step.own, step.files)) if step.files else step


def _with_different_names(recipes: Iterable[Recipe]) -> Iterator[Recipe]:
    """Recipes of one name get that of their Dockerfile behind it, and a number where that is not enough."""
    taken: set[str] = set()
    for recipe in recipes:
        name = recipe.build.name
        if name in taken and recipe.build.dockerfile != name:
            name = f"{name} ({recipe.build.dockerfile})"
        start, number = name, 1
        while name in taken:
            number += 1
            name = f"{start} {number}"
        taken.add(name)
        yield replace(recipe, name=name)


def _rank(recipe: Recipe) -> tuple[object, ...]:
    build = recipe.build
    return (build.name, build.dockerfile, recipe.target, sorted(build.args.items()), build.context or "", build.names)
