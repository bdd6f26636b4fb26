"""The files that a command works on: found by PATHS, then read one by one."""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from dfopt.frozen import frozen

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

STDIN = "-"
SIZE_LIMIT = 300_000
"""Bytes; the largest of 8,000 real Dockerfiles has a tenth of it."""

_NAME = re.compile(r"(?:Dockerfile|Containerfile)(?:\..+)?|.+\.(?:Dockerfile|Containerfile)", re.IGNORECASE)
_IGNORE_FILE = re.compile(r".+\.(?:docker|container)ignore", re.IGNORECASE)
_VERSION_CONTROL = frozenset({".git", ".hg", ".jj", ".svn"})


class InputError(Exception):
    """A path that can't be used; the message says why, and how to go on."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@frozen()
class Found:
    """The files in the order of PATHS, those of a folder by name, each once; and the paths that gave none."""

    files: tuple[str, ...]
    errors: tuple[InputError, ...]


def is_dockerfile(name: str) -> bool:
    """Whether a file in a folder that is searched is taken for a Dockerfile, by its name."""
    return bool(_NAME.fullmatch(name)) and not _IGNORE_FILE.fullmatch(name)


def find_files(paths: Sequence[str]) -> Found:
    """The Dockerfiles that PATHS name: files as they are, folders searched."""
    files: dict[str, None] = {}
    errors: list[InputError] = []
    for path in paths:
        try:
            files.update(dict.fromkeys(_files_of(path, errors)))
        except InputError as error:
            errors.append(error)
    return Found(tuple(files), tuple(errors))


def read_file(path: str) -> bytes:
    """The bytes of a file, of standard input where the path is `-`; raises InputError."""
    try:
        data = sys.stdin.buffer.read(SIZE_LIMIT + 1) if path == STDIN else _read(path)
    except OSError as error:
        raise InputError(path, _reason(error)) from error
    if len(data) > SIZE_LIMIT:
        raise InputError(path, f"is larger than {SIZE_LIMIT // 1000} kB, which no Dockerfile is; leave it out")
    if (at := data.find(b"\0")) >= 0:
        raise InputError(path, f"is no text: byte {at} is NUL; leave it out, or save it as UTF-8 if it is UTF-16")
    return data


def _read(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib is slow where thousands of files are read
        return file.read(SIZE_LIMIT + 1)


def _files_of(path: str, errors: list[InputError]) -> Iterator[str]:
    if path == STDIN or not os.path.isdir(path):  # noqa: PTH112
        if path != STDIN and not os.path.lexists(path):
            raise InputError(path, "does not exist; check the path")
        yield path
        return
    found = False
    for file in _Search(path, errors).files():
        found = True
        yield file
    if not found:
        raise InputError(path, "has no Dockerfile in it; name the file itself if it is called otherwise")


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "can't be read: permission denied; change its mode or leave it out"
    if isinstance(error, IsADirectoryError):
        return "is a folder; name a file"
    return f"can't be read: {(error.strerror or str(error)).lower()}"


@frozen()
class _Ignored:
    """What the .gitignore of one folder says about the paths below it."""

    folder: str
    spec: "GitIgnoreSpec"

    def verdict(self, path: str) -> bool | None:
        relative = os.path.relpath(path, self.folder).replace(os.sep, "/")
        if path.endswith("/"):
            relative += "/"
        return self.spec.check_file(relative).include


@frozen()
class _Search:
    """The Dockerfiles below a folder; what can't be read is told and left out, links to folders are not followed."""

    root: str
    errors: list[InputError] = field(default_factory=list)

    def files(self) -> Iterator[str]:
        pending: list[tuple[str, tuple[_Ignored, ...]]] = [(self.root, _ignored_above(self.root))]
        while pending:
            folder, ignored = pending.pop()
            entries = self._entries(folder)
            if any(entry.name == ".gitignore" for entry in entries):
                ignored = (*ignored, *_read_ignored(folder))
            folders = []
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in _VERSION_CONTROL and not _is_ignored(entry.path + "/", ignored):
                        folders.append((entry.path, ignored))
                elif is_dockerfile(entry.name) and entry.is_file() and not _is_ignored(entry.path, ignored):
                    yield entry.path.removeprefix("./")
            pending += reversed(folders)

    def _entries(self, folder: str) -> list["os.DirEntry[str]"]:
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.errors.append(InputError(folder, _reason(error)))
            return []


def _is_ignored(path: str, ignored: Iterable[_Ignored]) -> bool:
    verdicts = [each.verdict(path) for each in ignored]
    return next((verdict for verdict in reversed(verdicts) if verdict is not None), False)


def _ignored_above(folder: str) -> tuple[_Ignored, ...]:
    """What the .gitignore files between a folder and the root of its repository say."""
    path = Path(folder).absolute()
    if (path / ".git").exists():
        return ()
    found: list[_Ignored] = []
    for parent in path.parents:
        found[:0] = _read_ignored(str(parent))
        if (parent / ".git").exists():
            return tuple(found)
    return ()


def _read_ignored(folder: str) -> list[_Ignored]:
    path = Path(folder, ".gitignore")
    try:
        lines = path.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    from pathspec import GitIgnoreSpec

    return [_Ignored(str(Path(folder).absolute()), GitIgnoreSpec.from_lines(lines))]
