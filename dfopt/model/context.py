"""`Context`: the build context, and what `.dockerignore` leaves of it."""

import os
import posixpath
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dfopt.cached import cached_property

if TYPE_CHECKING:
    from typing import Any

    from pathspec import PathSpec

_MAX_FILES = 10_000


class Context:
    """A folder that is handed to the build; nothing is read before it is asked for, links are not followed.

    Paths are relative to it, with slashes; a leading slash is allowed, as in COPY.
    """

    def __init__(self, root: Path | str, dockerfile: Path | str | None = None) -> None:
        self._folder = os.fspath(root)  # texts are joined and looked up in a tenth of the time of paths
        self._dockerfile = dockerfile

    @classmethod
    def at(cls, folder: Path | str, dockerfile: Path | str | None = None) -> Self:
        """The context in a folder; `NAME.dockerignore` beside the Dockerfile comes before the common ignore file."""
        return cls(folder or ".", dockerfile)

    @cached_property
    def root(self) -> Path:
        """The folder."""
        return Path(self._folder)

    @cached_property
    def ignore_file(self) -> Path | None:
        """The ignore file that the builder would take; None when there is none."""
        candidates = [f"{self._folder}/.dockerignore"]
        if self._dockerfile:
            candidates.insert(0, f"{self._dockerfile}.dockerignore")
        return next((Path(path) for path in candidates if os.path.isfile(path)), None)  # noqa: PTH113

    @cached_property
    def ignore_patterns(self) -> tuple[str, ...]:
        """The patterns of the ignore file as the builder reads them; comments and empty lines left out."""
        if self.ignore_file is None:
            return ()
        try:
            text = self.ignore_file.read_text("utf-8-sig", "replace")
        except OSError:
            return ()
        return tuple([pattern for line in text.splitlines() if (pattern := _pattern(line))])

    def is_ignored(self, path: str) -> bool:
        """Whether a path is left out of the context; a folder is not when a later pattern takes something back in."""
        return self._ignores(_clean(path))

    def exists(self, path: str) -> bool:
        """Whether a path is in the folder and not ignored."""
        clean = _clean(path)
        return not self._ignores(clean) and os.path.lexists(self._path(clean))

    def is_folder(self, path: str) -> bool:
        """Whether a path is a folder in the context."""
        return os.path.isdir(self._path(_clean(path)))  # noqa: PTH112

    def matches(self, pattern: str, limit: int = _MAX_FILES) -> Iterator[str]:
        """The files that a source of COPY picks up: folders gone through, ignored files left out, at most `limit`."""
        return islice(self._matches(_clean(pattern)), limit)

    def _path(self, path: str) -> str:
        return f"{self._folder}/{path}"

    def _matches(self, pattern: str) -> Iterator[str]:
        if pattern.startswith("../"):
            return
        if not any(character in pattern for character in "*?["):
            found = [pattern] if os.path.lexists(self._path(pattern)) else []
        else:
            found = list(self._glob("", pattern.split("/")))
        for path in found:
            yield from self._files(path)

    def _glob(self, folder: str, parts: list[str]) -> Iterator[str]:
        """The paths below a folder that Go's `filepath.Match` finds, one part of the pattern a folder."""
        from fnmatch import fnmatchcase

        pattern, *rest = parts
        for entry in self._entries(folder):
            if not fnmatchcase(entry.name, pattern.replace("[^", "[!")):
                continue
            path = posixpath.join(folder, entry.name)
            if not rest:
                yield path
            elif entry.is_dir(follow_symlinks=False):
                yield from self._glob(path, rest)

    def _files(self, path: str) -> Iterator[str]:
        pending = [path]
        while pending:
            path = pending.pop()
            full = self._path(path)
            if os.path.isdir(full) and not os.path.islink(full):  # noqa: PTH112, PTH114
                if not self._prunes(path):
                    pending += [posixpath.join("" if path == "." else path, e.name) for e in self._entries(path)[::-1]]
            elif not self._ignores(path):
                yield path

    def _entries(self, folder: str) -> "list[os.DirEntry[str]]":
        try:
            with os.scandir(self._path(folder)) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError:
            return []

    def _ignores(self, path: str) -> bool:
        return bool(self.ignore_patterns) and path != "." and self._ignored.match_file(path)

    def _prunes(self, folder: str) -> bool:
        """Whether nothing of a folder is in the context."""
        return self._ignores(folder) and not any(pattern.startswith("!") for pattern in self.ignore_patterns)

    @cached_property
    def _ignored(self) -> "PathSpec[Any]":
        from pathspec import PathSpec

        return PathSpec.from_lines(
            "gitignore", [line for pattern in self.ignore_patterns for line in _anchored(pattern)]
        )


def _pattern(line: str) -> str:
    """A line of the ignore file as moby/patternmatcher reads it; empty where it says nothing."""
    if line.startswith("#"):
        return ""
    text = line.strip()
    negated = text.startswith("!")
    text = text.removeprefix("!").strip()
    if not text:
        return ""
    clean = posixpath.normpath(text)
    clean = clean.lstrip("/") or "/"
    return ("!" if negated else "") + clean if clean != "." else ""


def _anchored(pattern: str) -> tuple[str, str]:
    """As lines of .gitignore, where a name alone is found at any depth, in .dockerignore at the top only."""
    negated = "!" if pattern.startswith("!") else ""
    anchored = f"{negated}/{pattern.removeprefix('!')}"
    return anchored, f"{anchored}/**"


def _clean(path: str) -> str:
    return posixpath.normpath(path.lstrip("/") or ".")
