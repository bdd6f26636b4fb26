"""The files of a build context: their bytes, and digests over what they hold."""

import posixpath
import stat
from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from dfopt.frozen import frozen
from dfopt.layers.fleet import File
from dfopt.layers.reading.digests import digest
from dfopt.model.context import Context
from dfopt.model.paths import join_path

_MAX_FILES = 10_000
"""Of one source; more are not looked at."""
_MAX_TOLD = 500
_CHUNK = 1 << 20


@frozen()
class ContextFile:
    """One file: its path below the context, its bytes, and a digest over its mode and content."""

    path: str
    bytes: int
    digest: str


@frozen()
class Picked:
    """What one source of COPY picks up; `digest` is over all of it."""

    files: tuple[ContextFile, ...]
    digest: str
    bytes: int


def picked(context: Context, source: str) -> Picked | None:
    """The files of a source; None where there are none, too many, or one can't be read.

    A context is taken not to change while dfopt runs.
    """
    return _picked(_Question(str(context.root), context.ignore_patterns, source, context))


@frozen()
class Placed:
    """The files of one source with their paths in the image, the largest of them, and the bytes of all."""

    files: tuple[File, ...]
    largest: tuple[File, ...]
    bytes: int


def largest(files: Iterable[File]) -> tuple[File, ...]:
    """As many of the largest files as a layer tells of, the largest first."""
    return tuple(sorted(files, key=lambda file: (-file.bytes, file.path))[:_MAX_TOLD])


def placed(context: Context, source: str, destination: str, *, into_folder: bool) -> Placed | None:
    """The files of a source where COPY puts them; None where `picked` is None."""
    return _placed(_Question(str(context.root), context.ignore_patterns, source, context), destination, into_folder)


@frozen()
class _Question:
    """What `picked` depends on, and the context that answers."""

    root: str
    patterns: tuple[str, ...]
    source: str
    context: Context = field(compare=False)


@lru_cache(4096)
def _picked(question: _Question) -> Picked | None:
    paths = list(question.context.matches(question.source, _MAX_FILES + 1))
    if not paths or len(paths) > _MAX_FILES:
        return None
    try:
        files = tuple([_file(question.root, path) for path in paths])
    except OSError:
        return None
    return Picked(files, digest(*[(file.path, file.digest) for file in files]), sum(file.bytes for file in files))


@lru_cache(512)
def _placed(question: _Question, destination: str, into_folder: bool) -> Placed | None:
    found = _picked(question)
    if found is None:
        return None
    start = posixpath.normpath(question.source.lstrip("/") or ".")
    below = "" if start == "." else start + "/"
    is_pattern = any(character in start for character in "*?[")
    if not is_pattern and question.context.is_folder(start):
        names = [each.path.removeprefix(below) for each in found.files]
    elif not is_pattern and not into_folder:
        names = [""]
    else:
        depth = start.count("/") + 1
        names = [_within(each.path, depth) for each in found.files]
    paths = [join_path(destination, name) if name else destination for name in names]
    files = tuple([File(path, each.bytes) for each, path in zip(found.files, paths, strict=True)])
    return Placed(files, largest(files), found.bytes)


def _within(path: str, depth: int) -> str:
    """What a match of a pattern becomes in the destination: a file its name, a folder its content."""
    parts = path.split("/")
    return "/".join(parts[depth:]) or parts[-1]


@lru_cache(65536)
def _file(root: str, path: str) -> ContextFile:
    full = Path(root, path)
    status = full.lstat()
    if stat.S_ISLNK(status.st_mode):
        return ContextFile(path, 0, digest("link", str(full.readlink())))
    if not stat.S_ISREG(status.st_mode):
        return ContextFile(path, 0, digest("special", status.st_mode))
    hashed = blake2b(str(stat.S_IMODE(status.st_mode)).encode(), digest_size=20)
    with full.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hashed.update(chunk)
    return ContextFile(path, status.st_size, hashed.hexdigest())
