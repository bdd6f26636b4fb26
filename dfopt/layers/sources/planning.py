"""The builds of Dockerfiles: those that Compose and bake files define, and one for each file that none names."""

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from dfopt.frozen import frozen
from dfopt.layers.builds import Build
from dfopt.layers.definitions import is_definition, read_definition
from dfopt.layers.fleet import Problem

STDIN = "-"


@frozen()
class Plan:
    """Builds, and what could not be read of the files that define them."""

    builds: tuple[Build, ...]
    problems: tuple[Problem, ...]


def plan(
    dockerfiles: Sequence[str], definitions: Iterable[str], tags: Sequence[tuple[str, str]], args: Mapping[str, str]
) -> Plan:
    """The builds of Dockerfiles and of definitions.

    `tags` are names with the Dockerfile, or its folder, that each is built from; `args` are build arguments for all.
    """
    read = [read_definition(path) for path in dict.fromkeys(definitions)]
    defined = _merged(build for each in read for build in each.builds)
    tagged = _by_dockerfile(tags)
    named = {build.dockerfile for build in defined}
    paths = dict.fromkeys([*map(_normal, dockerfiles), *tagged])
    builds = [*defined, *[_plain(path) for path in paths if path not in named]]
    return Plan(
        builds=tuple([_with(build, tagged.get(build.dockerfile, ()), args) for build in builds]),
        problems=tuple([problem for each in read for problem in each.problems]),
    )


def definitions_around(dockerfiles: Iterable[str], roots: Iterable[str]) -> Iterator[str]:
    """The Compose and bake files beside Dockerfiles and in the folders above these, up to the folders in `roots`."""
    tops = {_normal(root) for root in roots}
    folders: dict[str, None] = dict.fromkeys(tops)
    for path in dockerfiles:
        folder = posixpath.dirname(_normal(path)) or "."
        above = [folder]
        while above[-1] not in tops and posixpath.dirname(above[-1]) not in ("", above[-1]):
            above.append(posixpath.dirname(above[-1]))
        if above[-1] in tops or "." in tops:
            folders.update(dict.fromkeys(above))
    for folder in folders:
        names = sorted(name for name in _listing(folder) if is_definition(name))
        yield from (posixpath.normpath(posixpath.join(folder, name)) for name in names)


def _merged(builds: Iterable[Build]) -> list[Build]:
    """Builds, those that several files define as one: of the same Dockerfile and name, or alike but for the name."""
    found: list[Build] = []
    places: dict[tuple[object, ...], int] = {}
    for build in builds:
        where = (build.dockerfile, build.target, build.platform)
        settings = (build.context, sorted(build.args.items()), sorted(build.contexts.items()))
        keys = [(*where, build.name), (*where, repr(settings))]
        place = next((places[key] for key in keys if key in places), len(found))
        if place == len(found):
            found.append(build)
        else:
            found[place] = replace(found[place], names=tuple(dict.fromkeys((*found[place].names, *build.names))))
        for key in keys:
            places.setdefault(key, place)
    return found


def _listing(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - pathlib is slow where there are thousands of folders
    except OSError:
        return []


def _plain(path: str) -> Build:
    """The build of a Dockerfile that no definition names: its folder is the context."""
    return Build(path, None if path == STDIN else posixpath.dirname(path) or ".")


def _with(build: Build, tags: Sequence[str], args: Mapping[str, str]) -> Build:
    names = tuple(dict.fromkeys((*tags, *build.names))) if build.target is None else build.names
    return replace(build, names=names, args={**build.args, **args})


def _by_dockerfile(tags: Sequence[tuple[str, str]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, path in tags:
        file = posixpath.join(path, "Dockerfile") if os.path.isdir(path) else path  # noqa: PTH112
        found.setdefault(_normal(file), []).append(name)
    return found


def _normal(path: str) -> str:
    return posixpath.normpath(path.replace(os.sep, "/")) if path != STDIN else path
