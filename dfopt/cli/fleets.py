"""Reading a fleet from all that a command line names: Dockerfiles, an engine's images, registries."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from dfopt.cli.files import STDIN, InputError, find_files, read_file
from dfopt.cli.processes import spread
from dfopt.frozen import frozen
from dfopt.layers.builds import Build
from dfopt.layers.definitions import is_definition
from dfopt.layers.fleet import Fleet, Problem
from dfopt.layers.proposals import propose
from dfopt.layers.proposals.apart import built_apart
from dfopt.layers.resolving import Resolver
from dfopt.layers.sharing import answer
from dfopt.layers.sources.dockerfiles import read
from dfopt.layers.sources.planning import definitions_around, plan
from dfopt.layers.sources.readings import NOTHING, fleet_of, readings_of

if TYPE_CHECKING:
    from dfopt.layers.answers import Answers
    from dfopt.layers.sources.readings import Known, Reading

_MODULES = ("dfopt.layers.reading.recipe", "dfopt.model.model")


@frozen(kw_only=True)
class Sources:
    """What a fleet is read from.

    Attributes:
        paths: Dockerfiles, folders, and files that define builds.
        tags: names of images, each with its Dockerfile or the folder of that.
        build_args: values of ARG.
        images: names of an engine's images.
        engine: which one; None where no image is read, or the first that works.
        registries: what is read of registries, as `read_registries` takes it.
        dask: the address of the scheduler whose workers read them.
        database: where the fleet is kept.
        jobs: the number of processes, 0 for one a core.
    """

    paths: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    build_args: Mapping[str, str]
    images: tuple[str, ...]
    engine: str | None
    registries: tuple[str, ...]
    dask: str | None
    database: Path | None
    jobs: int


@frozen()
class Answered:
    """What is told of a fleet, and by path the bytes of its Dockerfiles that are files of their own."""

    answers: "Answers"
    dockerfiles: Mapping[str, bytes]


def answer_for(sources: Sources) -> Answered:
    """Read a fleet, and tell of it; raises InputError where a source can't be used at all."""
    work, problems = _work(sources)
    found = read(work, partial(spread, processes=sources.jobs, modules=_MODULES))
    resolver = Resolver(found.recipes)
    local = resolver.fleet()
    problems += [*found.problems, *local.problems]
    with ExitStack() as stack:
        fleet = _kept(Fleet(local.images, tuple(dict.fromkeys(problems))), sources, stack)
    proposals = chain(built_apart(fleet.images), propose(resolver))
    return Answered(answer(fleet, proposals), {build.dockerfile: data for build, data in work if build.inline is None})


def _work(sources: Sources) -> tuple[list[tuple[Build, bytes]], list[Problem]]:
    """The builds of the Dockerfiles with their bytes, and what could not be read."""
    named = [path for path in sources.paths if is_definition(Path(path).name)]
    found = find_files([path for path in sources.paths if path not in named])
    folders = [path for path in sources.paths if path != STDIN and Path(path).is_dir()]
    planned = plan(found.files, [*named, *definitions_around(found.files, folders)], sources.tags, sources.build_args)
    inline = {build.dockerfile: build.inline for build in planned.builds}
    defining = {posixpath.dirname(path) or "." for path, text in inline.items() if text is not None}
    errors = [error for error in found.errors if posixpath.normpath(error.path) not in defining]
    problems = [*[Problem(error.path, error.reason) for error in errors], *planned.problems]
    data: dict[str, bytes] = {}
    for path, text in inline.items():
        try:
            data[path] = read_file(path) if text is None else text.encode("utf-8", "replace")
        except InputError as error:
            problems.append(Problem(error.path, error.reason))
    return [(build, data[build.dockerfile]) for build in planned.builds if build.dockerfile in data], problems


def _kept(local: Fleet, sources: Sources, stack: ExitStack) -> Fleet:
    """The images of all sources, from the database where there is one."""
    if sources.database is None:
        return fleet_of(_readings(local, sources, NOTHING, stack))
    from dfopt.layers.store import Store, StoreError

    try:
        store = stack.enter_context(Store(sources.database))
        store.fill(_readings(local, sources, store, stack))
        return store.fleet()
    except StoreError as error:
        raise InputError(str(sources.database), str(error)) from error


def _readings(local: Fleet, sources: Sources, known: "Known", stack: ExitStack) -> "Iterator[Reading]":
    parts: list[Iterable[Reading]] = [readings_of(local)]
    if sources.images or sources.engine:
        parts.append(_readings_of_engine(sources, known, stack))
    if sources.registries and sources.dask:
        parts.append(_readings_of_workers(sources, sources.dask, known))
    elif sources.registries:
        from dfopt.layers.sources.registry import read_registries

        parts.append(read_registries(sources.registries, known))
    return chain.from_iterable(parts)


def _readings_of_engine(sources: Sources, known: "Known", stack: ExitStack) -> "Iterator[Reading]":
    from dfopt.images import EngineError, find_engine
    from dfopt.layers.sources.engine import read_engine

    name = sources.engine or "auto"
    try:
        engine = stack.enter_context(find_engine(name))  # type: ignore[arg-type]  # click has checked the name
    except EngineError as error:
        raise InputError(name, str(error)) from error
    return read_engine(engine, sources.images, known)


def _readings_of_workers(sources: Sources, address: str, known: "Known") -> "Iterator[Reading]":
    from dfopt.layers.scale import ScaleError, read_registries_on_workers

    try:
        yield from read_registries_on_workers(sources.registries, address, known)
    except ScaleError as error:
        raise InputError(address, str(error)) from error
