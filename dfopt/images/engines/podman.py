"""Podman."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dfopt.images.engines.building import build_options, run_docker_format_build
from dfopt.images.engines.docker_cli import DockerCli
from dfopt.images.engines.engine import NOTHING, ImageRef
from dfopt.images.engines.process import ask, run
from dfopt.images.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dfopt.images.engines.engine import Log


class Podman(DockerCli):
    """Podman. It honours its own settings: storage.conf, `CONTAINER_HOST`, `BUILDAH_ISOLATION`."""

    name = "podman"

    def check(self) -> None:
        """See `Engine.check`."""
        done = run([self.name, "info", "--format=json"], timeout=20)
        if done.code != 0:
            raise EngineError(f"podman is installed but does not work here: {done.complaint}")

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
        run_docker_format_build([self.name, "build"], context, dockerfile, options, tag=name, log=log)
        return ImageRef(name, self.image(name).id, self.name)

    def _config_object(self, inspection: Mapping[str, Any]) -> Mapping[str, Any]:
        """Podman shows the health check beside the configuration, and does not show SHELL and ONBUILD."""
        healthcheck = inspection.get("HealthCheck") or inspection.get("Healthcheck")
        return {**(inspection.get("Config") or {}), "Healthcheck": healthcheck}

    def _history(self, image: ImageRef) -> Iterator[tuple[str, int]]:
        records = ask([self.name, "history", "--no-trunc", "--human=false", "--format=json", image.name])
        for record in json.loads(records):
            yield record.get("CreatedBy", ""), record["size"]
