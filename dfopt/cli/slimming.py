"""Slimming one file, with an engine or without one."""

from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dfopt.cli.engines import progress, read_probes
from dfopt.cli.files import STDIN, InputError
from dfopt.frozen import frozen
from dfopt.model import Context, Stage
from dfopt.slim.base import BaseConfig
from dfopt.slim.plan import Refusal
from dfopt.slim.planner import base_from_catalogue
from dfopt.slim.slimming import Result, slim

if TYPE_CHECKING:
    from dfopt.images import Engine
    from dfopt.images.engines import EngineChoice
    from dfopt.slim.verification import Verification


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


def run(job: Job, engine: str) -> "tuple[Result, Verification | None]":
    """The result, and with an engine the proof; raises InputError where the engine can't be used."""
    if engine == "none":
        return _slim(job, base_from_catalogue), None
    from dfopt.images import EngineError, find_engine

    try:
        found = find_engine(cast("EngineChoice", engine))
    except EngineError as error:
        if engine != "auto":
            raise InputError(job.path, str(error)) from error
        click.echo(f"dfopt: {error}\ndfopt: goes on without an engine, so the result is not tried", err=True)
        return _slim(job, base_from_catalogue), None
    with found:
        return _with_engine(job, found)


def _with_engine(job: Job, engine: "Engine") -> "tuple[Result, Verification | None]":
    from dfopt.images import BuildError, ImagesError
    from dfopt.slim.verification import Build, Options, verify

    probes = read_probes(job.probe_file, job.folder)
    result = Result(job.data, None, None)
    try:
        result = _slim(job, lambda stage: _base_of(stage, job, engine))
        if not result.is_slimmed:
            return result, None
        options = Options(job.network, job.build_args, progress())
        original = Build(job.folder, Path(job.path), job.target)
        proof = verify(engine, original, Build(job.folder, result.data), options, probes)
    except BuildError as error:
        return Result(job.data, None, Refusal("build", f"{error}")), None
    except ImagesError as error:
        return Result(job.data, None, Refusal("engine", f"{error}")), None
    if not proof.is_same:
        return Result(job.data, None, Refusal("probes", "the slim image does not do the same, as shown below")), proof
    return result, proof


def _slim(job: Job, base_of: Callable[[Stage], BaseConfig | None]) -> Result:
    is_file = job.path != STDIN
    context = Context.at(job.folder, Path(job.path) if is_file else None) if is_file or job.context else None
    return slim(
        job.data,
        context=context,
        build_args=job.build_args,
        target=job.target,
        keep=job.keep,
        drop=job.drop,
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
