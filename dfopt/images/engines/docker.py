"""Docker, with BuildKit where client and daemon have it and the classic builder where they do not."""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dfopt.cached import cached_property
from dfopt.images.engines.building import build_options, dockerfile_path, run_build
from dfopt.images.engines.docker_cli import DockerCli
from dfopt.images.engines.engine import NOTHING, ImageRef
from dfopt.images.engines.process import ask, run
from dfopt.images.errors import BuildError, EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dfopt.images.engines.engine import Log

_TRIAL = b"FROM scratch\nLABEL dfopt=trial\n"
_NO_FRONTEND = re.compile(r"resolve (?:image config|source metadata) for \S*dockerfile")


@dataclass(frozen=True, slots=True)
class _Builder:
    """One of the ways in which `docker` builds."""

    name: str
    command: tuple[str, ...]
    buildkit: str

    @property
    def environment(self) -> dict[str, str]:
        return {"DOCKER_BUILDKIT": self.buildkit}


_BUILDX = _Builder("docker, BuildKit through buildx", ("buildx", "build", "--load"), "1")
_INTEGRATED = _Builder("docker, BuildKit in the daemon", ("build",), "1")
_CLASSIC = _Builder("docker, classic builder", ("build", "--force-rm"), "0")


class Docker(DockerCli):
    """Docker. `DOCKER_HOST` and `DOCKER_CONTEXT` choose the daemon, `DOCKER_BUILDKIT=0` its old builder."""

    name = "docker"

    def check(self) -> None:
        """See `Engine.check`."""
        done = run([self.name, "version", "--format={{.Server.Version}}"], timeout=20)
        if done.code != 0:
            raise EngineError(_advice(done.complaint))

    def build(
        self,
        context: Path,
        dockerfile: bytes | Path,
        *,
        network: str | None = None,
        build_args: Mapping[str, str] = NOTHING,
        target: str | None = None,
        tag: str | None = None,
        log: Log | None = None,
    ) -> ImageRef:
        """See `Engine.build`."""
        options = build_options(network, build_args, target)
        name = tag or self._temporary_tag()
        *first, last = self._builders
        for builder in first:
            try:
                return self._build(builder, context, dockerfile, options, name, log)
            except BuildError as error:
                if not any(map(_NO_FRONTEND.search, error.last_lines)):
                    raise
                error.log.unlink()
        return self._build(last, context, dockerfile, options, name, log)

    @cached_property
    def _builders(self) -> tuple[_Builder, ...]:
        """The ways to build to try here, the best first.

        The classic builder stays behind BuildKit for machines that can't pull the frontend that a `# syntax=`
        line names; it ignores that line.
        """
        if os.environ.get("DOCKER_BUILDKIT") == "0":
            return (_CLASSIC,)
        buildkit = next(filter(self._works, (_BUILDX, _INTEGRATED)), None)
        return (buildkit, _CLASSIC) if buildkit else (_CLASSIC,)

    def _works(self, builder: _Builder) -> bool:
        name = self._temporary_tag()
        with tempfile.TemporaryDirectory(prefix="dfopt-") as folder:
            try:
                self._build(builder, Path(folder), _TRIAL, [], name, None)
            except BuildError as error:
                error.log.unlink()
                return False
        self.session.remove(name)
        return True

    def _build(
        self,
        builder: _Builder,
        context: Path,
        dockerfile: bytes | Path,
        options: list[str],
        name: str,
        log: Log | None,
    ) -> ImageRef:
        with dockerfile_path(dockerfile) as path:
            run_build(
                [self.name, *builder.command, f"--file={path}", f"--tag={name}", *options, str(context)],
                builder=builder.name,
                log=log,
                environment=builder.environment,
            )
        return ImageRef(name, self.image(name).id, builder.name)

    def _config_object(self, inspection: Mapping[str, Any]) -> Mapping[str, Any]:
        return inspection.get("Config") or {}

    def _history(self, image: ImageRef) -> Iterator[tuple[str, int]]:
        lines = ask([self.name, "history", "--no-trunc", "--human=false", "--format={{json .}}", image.name])
        for record in map(json.loads, lines.splitlines()):
            yield record["CreatedBy"], int(record["Size"])


def _advice(complaint: str) -> str:
    """What to do about a daemon that does not answer."""
    if "permission denied" in complaint.lower():
        return (
            f"docker is there, but you may not use it: {complaint}\n"
            "Join the group of its socket (usually `docker`) and log in again, or use a rootless engine."
        )
    return (
        f"docker is installed, but its daemon does not answer: {complaint}\n"
        "Start it (`systemctl start docker`, or Docker Desktop), or point DOCKER_HOST to one that runs."
    )
