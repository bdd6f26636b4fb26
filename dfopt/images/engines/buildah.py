"""Buildah, which builds images and runs commands in working containers, with no daemon."""

from __future__ import annotations

import json
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dfopt.images.config import ImageConfig
from dfopt.images.engines.archived import ArchivedEngine
from dfopt.images.engines.building import build_options, run_docker_format_build
from dfopt.images.engines.engine import NOTHING, Container, ImageRef, State, named
from dfopt.images.engines.process import Finished, ask, end, run
from dfopt.images.errors import ContainerError, EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dfopt.images.engines.engine import Log


class Buildah(ArchivedEngine):
    """Buildah. It honours its own settings: storage.conf, `STORAGE_DRIVER`, `BUILDAH_ISOLATION`.

    Its containers are commands that run in the background, so some things differ: they share the host's
    network unless told otherwise, volumes are folders of the session, a program that is not there shows only
    in the container's state and logs, and with chroot isolation stopping a container kills it.
    """

    name = "buildah"

    def check(self) -> None:
        """See `Engine.check`."""
        done = run([self.name, "info"], timeout=20)
        if done.code != 0:
            raise EngineError(f"buildah is installed but does not work here: {done.complaint}")

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
        run_docker_format_build([self.name, "bud"], context, dockerfile, options, tag=name, log=log)
        return ImageRef(name, self._id(name), self.name)

    def names(self) -> tuple[str, ...]:
        """See `Engine.names`."""
        return named(ask([self.name, "images", "--noheading", "--format={{.Name}}:{{.Tag}}"]))

    def image(self, name: str) -> ImageRef:
        """See `Engine.image`."""
        return ImageRef(name, self._id(name))

    def config(self, image: ImageRef) -> ImageConfig:
        """See `Engine.config`."""
        data = json.loads(ask([self.name, "inspect", "--type=image", image.name]))["Docker"]
        return ImageConfig.parse(data["config"], os=data["os"], architecture=data["architecture"])

    @contextmanager
    def save(self, image: ImageRef) -> Iterator[BinaryIO]:
        """See `Engine.save`."""
        with tempfile.TemporaryDirectory(prefix="dfopt-") as folder:
            path = Path(folder, "image.tar")
            ask([self.name, "push", "--quiet", image.name, f"docker-archive:{path}"], timeout=3600)
            with path.open("rb") as stream:
                yield stream

    def run(
        self,
        image: ImageRef,
        *,
        network: str | None = None,
        command: Sequence[str] = (),
        environment: Mapping[str, str] = NOTHING,
        ports: Sequence[int] = (),  # noqa: ARG002  the host's network needs none published
        volumes: Mapping[str, str] = NOTHING,
    ) -> Container:
        """See `Engine.run`."""
        config = self.config(image)
        argv = [*config.entrypoint, *(command or config.cmd)]
        if not argv:
            raise ContainerError("the image has neither ENTRYPOINT nor CMD; say which command to run")
        options = [f"--env={name}={value}" for name, value in environment.items()]
        options += [f"--volume={self._volume(name)}:{path}" for name, path in volumes.items()]
        options += [f"--network={network}"] if network else []
        name = self.session.new_name()
        container = _BuildahContainer(self, name, [*options, name, "--"], argv)
        self.session.track(name, container.remove_now)
        try:
            ask([self.name, "from", "--pull-never", f"--name={name}", image.name])
        except EngineError as error:
            self.session.remove(name)
            raise ContainerError(str(error)) from error
        container.start()
        return container

    def _id(self, name: str) -> str:
        return "sha256:" + ask([self.name, "inspect", "--type=image", "--format={{.FromImageID}}", name])

    def _temporary_tag(self) -> str:
        tag = f"{self.session.new_name()}:build"
        self.session.track(tag, lambda: self._remove_image(tag))
        return tag

    def _remove_image(self, name: str) -> None:
        if run([self.name, "inspect", "--type=image", name]).code == 0:
            ask([self.name, "rmi", name])

    def _volume(self, name: str) -> str:
        """The folder that stands for a volume of this session."""
        key = f"{self.session.id}-{name}"
        folder = Path(tempfile.gettempdir(), key)
        self.session.track(key, lambda: _remove_folder(folder))
        folder.mkdir(exist_ok=True)
        return str(folder)


class _BuildahContainer(Container):
    def __init__(self, engine: Buildah, name: str, options: list[str], argv: list[str]) -> None:
        self.name = name
        self._engine = engine
        self._options = options
        self._argv = argv
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run the container's program in the background, out of reach of the terminal's Ctrl-C."""
        self._process = subprocess.Popen(
            [self._engine.name, "run", *self._options, *self._argv],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def exec(self, argv: Sequence[str], *, timeout: float = 60) -> Finished:
        return run([self._engine.name, "run", *self._options, *argv], timeout=timeout)

    def logs(self) -> str:
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def stop(self, grace: float = 10) -> None:
        if self._process:
            end(self._process, grace=grace)

    def restart(self, grace: float = 10) -> None:
        self.stop(grace)
        self.start()

    def state(self) -> State:
        code = self._process.poll() if self._process else None
        return State(running=code is None, exit_code=code)

    def address(self, port: int) -> tuple[str, int]:
        return "127.0.0.1", port

    def remove(self) -> None:
        self._engine.session.remove(self.name)

    def remove_now(self) -> None:
        self.stop(grace=5)
        self._log.close()
        done = run([self._engine.name, "rm", self.name])
        if done.code != 0 and run([self._engine.name, "inspect", self.name]).code == 0:
            raise EngineError(done.complaint)


def _remove_folder(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
