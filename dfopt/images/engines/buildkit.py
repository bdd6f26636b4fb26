"""BuildKit on its own, through `buildctl`: it builds, but keeps no images and runs no containers."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from dfopt.images.archive import read_archive
from dfopt.images.engines.archived import ArchivedEngine
from dfopt.images.engines.building import dockerfile_path, run_build
from dfopt.images.engines.engine import NOTHING, ImageRef
from dfopt.images.engines.process import run
from dfopt.images.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from dfopt.images.config import ImageConfig
    from dfopt.images.engines.engine import Log


class BuildKit(ArchivedEngine):
    """BuildKit. `BUILDKIT_HOST` says where its daemon is. An image is an archive in a file of the session."""

    name = "buildkit"

    def check(self) -> None:
        """See `Engine.check`."""
        done = run(["buildctl", "debug", "workers"], timeout=20)
        if done.code != 0:
            raise EngineError(
                f"buildctl is installed, but no BuildKit daemon answers: {done.complaint}\n"
                "Start buildkitd, or point BUILDKIT_HOST to one that runs."
            )

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
        """See `Engine.build`; a `tag` only names the image in its archive, since no store keeps it."""
        archive = self._new_file()
        output = f"type=docker,dest={archive},compression=uncompressed,force-compression=true"
        options = [f"--opt=build-arg:{name}={value}" for name, value in build_args.items()]
        options += [f"--opt=target={target}"] if target else []
        options += [f"--opt=force-network-mode={network}"] if network else []
        options += ["--allow=network.host"] if network == "host" else []
        with dockerfile_path(dockerfile) as path:
            argv = [
                "buildctl",
                "build",
                "--progress=plain",
                "--frontend=dockerfile.v0",
                f"--local=context={context}",
            ]
            argv += [f"--local=dockerfile={path.parent}", f"--opt=filename={path.name}", *options]
            argv += [f"--output={output},name={tag}" if tag else f"--output={output}"]
            run_build(argv, builder=self.name, log=log)
        with archive.open("rb") as stream, read_archive(stream) as content:
            return ImageRef(str(archive), content.images[0].id, self.name)

    def config(self, image: ImageRef) -> ImageConfig:
        """See `Engine.config`."""
        with self._archived(image) as archived:
            return archived.config

    def names(self) -> NoReturn:
        """See `Engine.names`."""
        raise EngineError("BuildKit keeps no images; choose docker, podman or buildah to see those that are there")

    def image(self, name: str) -> NoReturn:
        """See `Engine.image`."""
        raise EngineError(f"BuildKit keeps no images, so it has no {name}; build it from a Dockerfile")

    def save(self, image: ImageRef) -> AbstractContextManager[BinaryIO]:
        """See `Engine.save`."""
        return Path(image.name).open("rb")

    def run(self, *_: Any, **__: Any) -> NoReturn:
        """See `Engine.run`."""
        raise EngineError("BuildKit runs no containers; choose docker, podman or buildah to run the image")

    def _new_file(self) -> Path:
        """A file for an image, removed with the session."""
        path = Path(tempfile.gettempdir(), f"{self.session.new_name()}.tar")
        self.session.track(str(path), lambda: path.unlink(missing_ok=True))
        return path
