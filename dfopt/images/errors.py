"""What can go wrong with engines, archives and probes, each told in words a user can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class ImagesError(Exception):
    """Base of everything this package raises on purpose."""


class EngineError(ImagesError):
    """An engine is missing, may not be used, or refused what was asked of it."""


class BuildError(EngineError):
    """A build that failed.

    Attributes:
        log: the complete log, kept for the user.
        last_lines: the end of that log.
    """

    def __init__(self, message: str, *, log: Path, last_lines: tuple[str, ...]) -> None:
        super().__init__(message)
        self.log = log
        self.last_lines = last_lines


class ContainerError(EngineError):
    """A container that could not be created or started; the message is the engine's."""


class ArchiveError(ImagesError):
    """An image archive or tar stream that is damaged, hostile or of an unknown form."""


class ProbeError(ImagesError):
    """A probe that is written wrongly, or that can't be run where it was asked for."""


class RegistryError(ImagesError):
    """A registry that refuses, or an answer of it that can't be trusted; other images of it may be fine."""


class RegistryMissingError(RegistryError):
    """A name that the registry does not know."""


class RegistryUnreachableError(RegistryError):
    """A registry that takes no connections, so nothing more can be read from it now."""
