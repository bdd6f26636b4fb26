"""`Context`: the build context, and what `.dockerignore` leaves of it."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path


class Context:
    """A folder that is handed to the build; nothing is read before it is asked for."""

    def __init__(self, root: Path, dockerfile: Path | None = None) -> None:
        self.root = root
        self._dockerfile = dockerfile

    @classmethod
    def at(cls, folder: Path | str, dockerfile: Path | str | None = None) -> "Context":
        """The context in a folder; that of `dockerfile` (`NAME.dockerignore`) comes before the common ignore file."""
        return cls(Path(folder), Path(dockerfile) if dockerfile else None)

    @cached_property
    def ignore_file(self) -> Path | None:
        """The ignore file that the builder would take; None when there is none."""
        raise NotImplementedError

    @cached_property
    def ignore_patterns(self) -> tuple[str, ...]:
        """The patterns of the ignore file, comments and empty lines left out."""
        raise NotImplementedError

    def is_ignored(self, path: str) -> bool:
        """Whether a path (relative, with slashes) is left out of the context."""
        raise NotImplementedError

    def exists(self, path: str) -> bool:
        """Whether a path is in the folder and not ignored."""
        raise NotImplementedError

    def is_folder(self, path: str) -> bool:
        """Whether a path is a folder in the context."""
        raise NotImplementedError

    def matches(self, pattern: str, limit: int = 10_000) -> Iterator[str]:
        """The files that a source of COPY picks up, folders gone through, ignored ones left out; at most `limit`."""
        raise NotImplementedError
