"""Engines whose command line is Docker's: everything but builds, which differ."""

from __future__ import annotations

import json
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, BinaryIO

from dfopt.images.config import ImageConfig
from dfopt.images.engines.engine import NOTHING, Container, Engine, HistoryStep, ImageRef, State, named
from dfopt.images.engines.process import Finished, ask, reading, run
from dfopt.images.engines.session import signals_held_back
from dfopt.images.errors import ContainerError, EngineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

_UNPUBLISHED_NETWORKS = frozenset({"host", "none"})


class DockerCli(Engine):
    """An engine driven as `docker` is."""

    def names(self) -> tuple[str, ...]:
        """See `Engine.names`."""
        return named(ask([self.name, "image", "ls", "--format={{.Repository}}:{{.Tag}}"]))

    def image(self, name: str) -> ImageRef:
        """See `Engine.image`."""
        return ImageRef(name, "sha256:" + self._inspect_image(name)["Id"].removeprefix("sha256:"))

    def config(self, image: ImageRef) -> ImageConfig:
        """See `Engine.config`."""
        data = self._inspect_image(image.name)
        return ImageConfig.parse(
            self._config_object(data), os=data.get("Os", ""), architecture=data.get("Architecture", "")
        )

    def layers(self, image: ImageRef) -> tuple[HistoryStep, ...]:
        """See `Engine.layers`."""
        records = self._history(image)
        return tuple(HistoryStep(author, size) for author, size in reversed(list(records)))

    def size(self, image: ImageRef) -> int:
        """See `Engine.size`."""
        return int(self._inspect_image(image.name)["Size"])

    def save(self, image: ImageRef) -> AbstractContextManager[BinaryIO]:
        """See `Engine.save`."""
        return reading([self.name, "image", "save", image.name])

    def remove(self, image: ImageRef) -> None:
        """See `Engine.remove`."""
        self.session.remove(image.name)

    def run(
        self,
        image: ImageRef,
        *,
        network: str | None = None,
        command: Sequence[str] = (),
        environment: Mapping[str, str] = NOTHING,
        ports: Sequence[int] = (),
        volumes: Mapping[str, str] = NOTHING,
    ) -> Container:
        """See `Engine.run`."""
        options = [f"--env={name}={value}" for name, value in environment.items()]
        options += [f"--volume={self._volume(name)}:{path}" for name, path in volumes.items()]
        if network:
            options.append(f"--network={network}")
        if network not in _UNPUBLISHED_NETWORKS:
            options += [f"--publish=127.0.0.1::{port}" for port in sorted({*ports, *self._exposed(image)})]
        name = self.session.new_name()
        container = _DockerContainer(self, name, network)
        self.session.track(name, container.remove_now)
        try:
            # A client that is ended here leaves its request with the daemon, which then makes what was removed already.
            with signals_held_back():
                ask([self.name, "container", "create", f"--name={name}", *options, image.name, *command])
            ask([self.name, "container", "start", name])
        except EngineError as error:
            self.session.remove(name)
            raise ContainerError(str(error)) from error
        return container

    @abstractmethod
    def _config_object(self, inspection: Mapping[str, Any]) -> Mapping[str, Any]:
        """The image's configuration, by Docker's names, in what an inspection of the image says."""

    @abstractmethod
    def _history(self, image: ImageRef) -> Iterable[tuple[str, int]]:
        """Instruction and bytes of each step, the newest first."""

    def _temporary_tag(self) -> str:
        """A tag for an image that goes with the session."""
        tag = f"{self.session.new_name()}:build"
        self.session.track(tag, lambda: self._remove_image(tag))
        return tag

    def _remove_image(self, name: str) -> None:
        done = run([self.name, "image", "rm", name])
        if done.code != 0 and self._has_image(name):
            raise EngineError(done.complaint)

    def _has_image(self, name: str) -> bool:
        return run([self.name, "image", "inspect", name]).code == 0

    def _inspect_image(self, name: str) -> dict[str, Any]:
        inspections: list[dict[str, Any]] = json.loads(ask([self.name, "image", "inspect", name]))
        return inspections[0]

    def _exposed(self, image: ImageRef) -> list[int]:
        ports = (port.partition("/") for port in self.config(image).exposed_ports)
        return [int(number) for number, _, protocol in ports if protocol in {"", "tcp"}]

    def _volume(self, name: str) -> str:
        """The engine's name for a volume of this session."""
        volume = f"{self.session.id}-{name}"
        self.session.track(volume, lambda: self._remove_volume(volume))
        return volume

    def _remove_volume(self, name: str) -> None:
        if run([self.name, "volume", "inspect", name]).code == 0:
            ask([self.name, "volume", "rm", name])


class _DockerContainer(Container):
    def __init__(self, engine: DockerCli, name: str, network: str | None) -> None:
        self.name = name
        self._engine = engine
        self._network = network

    def exec(self, argv: Sequence[str], *, timeout: float = 60) -> Finished:
        return run([self._engine.name, "container", "exec", self.name, *argv], timeout=timeout)

    def logs(self) -> str:
        done = run([self._engine.name, "container", "logs", self.name])
        return (done.stdout + done.stderr).decode("utf-8", "replace")

    def stop(self, grace: float = 10) -> None:
        self._ask("stop", f"--time={round(grace)}", self.name)

    def restart(self, grace: float = 10) -> None:
        self._ask("restart", f"--time={round(grace)}", self.name)

    def state(self) -> State:
        state = json.loads(self._ask("inspect", "--format={{json .State}}", self.name))
        running = bool(state["Running"])
        return State(running, None if running else state["ExitCode"], state.get("Error", ""))

    def address(self, port: int) -> tuple[str, int]:
        if self._network == "host":
            return "127.0.0.1", port
        if self._network == "none":
            raise ContainerError("the container has no network; run it with one to reach its ports")
        published = self._ask("port", self.name, f"{port}/tcp").splitlines()[0]
        host, _, number = published.rpartition(":")
        return host, int(number)

    def remove(self) -> None:
        self._engine.session.remove(self.name)

    def remove_now(self) -> None:
        done = run([self._engine.name, "container", "rm", "--force", "--volumes", self.name])
        if done.code != 0 and self._exists():
            raise EngineError(done.complaint)

    def _exists(self) -> bool:
        return run([self._engine.name, "container", "inspect", self.name]).code == 0

    def _ask(self, *arguments: str) -> str:
        try:
            return ask([self._engine.name, "container", *arguments])
        except EngineError as error:
            raise ContainerError(str(error)) from error
