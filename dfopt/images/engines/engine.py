"""What every engine can do, and the things it gives back."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Self

from dfopt.images.archive import read_archive
from dfopt.images.engines.session import Session
from dfopt.images.errors import ArchiveError
from dfopt.images.rootfs import RootFS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from dfopt.images.config import ImageConfig
    from dfopt.images.engines.process import Finished

    Log = Callable[[str], None]

NOTHING: Mapping[str, str] = MappingProxyType({})
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class ImageRef:
    """An image that an engine holds.

    Attributes:
        name: what the engine knows it by.
        id: the digest of its configuration, or of its manifest where the engine counts by these.
        builder: what built it, for people ("docker, classic builder"); empty when it was there before.
    """

    name: str
    id: str
    builder: str = ""


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A step of an image's history, from the base upwards: the instruction, and the bytes it added."""

    created_by: str
    size: int


@dataclass(frozen=True, slots=True)
class State:
    """How a container fares.

    Attributes:
        exit_code: None while it runs.
        error: what the engine says when it could not be run.
    """

    running: bool
    exit_code: int | None
    error: str = ""


class Container(ABC):
    """A container in the background; left, or at the latest when its engine is, it is removed."""

    name: str

    @abstractmethod
    def exec(self, argv: Sequence[str], *, timeout: float = 60) -> Finished:
        """Run a command in the container, as its user and in its working directory.

        A command that is not there ends with status 126 or 127, as in a shell.
        """

    @abstractmethod
    def logs(self) -> str:
        """What the container wrote to both its outputs so far."""

    @abstractmethod
    def stop(self, grace: float = 10) -> None:
        """Send the stop signal, and kill the container when it still runs after `grace` seconds."""

    @abstractmethod
    def restart(self, grace: float = 10) -> None:
        """Stop the container and start it again, with its volumes and its file system as they are."""

    @abstractmethod
    def state(self) -> State:
        """How the container fares now."""

    @abstractmethod
    def address(self, port: int) -> tuple[str, int]:
        """Where the host reaches a TCP port of the container.

        Raises:
            ContainerError: the container's network does not let the host in.
        """

    @abstractmethod
    def remove(self) -> None:
        """Stop and remove the container, its anonymous volumes too."""

    def wait(self, timeout: float) -> State:
        """Wait until the container ends, at most `timeout` seconds; the state it is in then."""
        deadline = time.monotonic() + timeout
        while (state := self.state()).running and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        return state

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


class Engine(ABC):
    """A container engine, reached through its own command line.

    Use it in a `with` statement: what it started (images without a tag of yours, containers, volumes,
    temporary files) is removed when the statement is left, also through Ctrl-C or SIGTERM.
    """

    name: ClassVar[str]

    def __init__(self) -> None:
        self.session = Session()

    def __enter__(self) -> Self:
        self.session.__enter__()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.session.__exit__(kind, error, trace)

    @abstractmethod
    def check(self) -> None:
        """See whether the engine can be used here.

        Raises:
            EngineError: it is not installed, does not answer, or may not be used; with what to do.
        """

    @abstractmethod
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
        """Build an image from a context and a Dockerfile.

        Args:
            context: the folder that COPY and ADD read.
            dockerfile: its path, in the context or not, or its bytes. Given as bytes, it has no
                `.dockerignore` of its own; the context's holds.
            network: for RUN: `host`, `none` or a name the engine knows; None for the engine's default.
            build_args: values of ARG.
            target: the stage to stop at; None for the last one.
            tag: a name under which the image stays; an image without one is removed with the session.
            log: called with each line of progress as it comes.

        Raises:
            BuildError: the build failed; its complete log was kept.
        """

    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The names of all images that are there, in order."""

    @abstractmethod
    def image(self, name: str) -> ImageRef:
        """An image that is there already; nothing is pulled.

        Raises:
            EngineError: it is not there.
        """

    @abstractmethod
    def config(self, image: ImageRef) -> ImageConfig:
        """The effective configuration of an image."""

    @abstractmethod
    def layers(self, image: ImageRef) -> tuple[HistoryStep, ...]:
        """The steps that made an image, from the base upwards, with the bytes that each added."""

    @abstractmethod
    def size(self, image: ImageRef) -> int:
        """Bytes of all layers, unpacked."""

    @abstractmethod
    def save(self, image: ImageRef) -> AbstractContextManager[BinaryIO]:
        """Stream an image, with its layers, as an archive for `read_archive`."""

    @abstractmethod
    def remove(self, image: ImageRef) -> None:
        """Remove an image that `build` made without a tag; others stay."""

    @abstractmethod
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
        """Start a container in the background.

        Args:
            image: what to run.
            network: `host`, `none` or a name the engine knows; None for the engine's default.
            command: arguments in place of the image's CMD.
            environment: variables on top of the image's.
            ports: TCP ports to reach from this host, besides those the image exposes; published on 127.0.0.1
                at free ports where the network needs that (see `Container.address`).
            volumes: paths in the container by the name of a volume. A name stands for the same volume in
                every container of this session; the volumes go with the session.

        Raises:
            ContainerError: it can't be created or started (its program is not there, say).
        """

    def export(self, image: ImageRef) -> RootFS:
        """The file system that a container of the image starts with, exactly as the layers have it.

        `docker export` would not do: for a container, the engine lays its own empty `/etc/hosts`,
        `/etc/hostname`, `/etc/resolv.conf` and `/.dockerenv` over the image's.

        Raises:
            ArchiveError: the image is not a Linux image, or damaged.
        """
        with self.save(image) as stream:
            archive = read_archive(stream)
        if len(archive.images) != 1:
            archive.close()
            raise ArchiveError(f"the engine wrote {len(archive.images)} images for {image.name}")
        try:
            return RootFS.from_image(archive.images[0])
        except BaseException:
            archive.close()
            raise


def named(listing: str) -> tuple[str, ...]:
    """The names in an engine's list of images, one a line; `<none>` stands for no name."""
    return tuple(sorted(name for name in listing.split() if "<none>" not in name))
