"""The file system that a container of an image starts with, read without root and without unpacking it."""

from __future__ import annotations

import errno
import fnmatch
import os
import posixpath
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, Self

from dfopt.images.errors import ArchiveError
from dfopt.images.spool import Spool
from dfopt.images.tar import Entry, Kind, read_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dfopt.images.archive import ArchivedImage

_MOST_LINKS = 40  # what Linux follows before it says ELOOP
_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where a path leads.

    Attributes:
        entry: what lies there, never a symbolic link.
        links: the path of every symbolic link on the way, in the order in which they were followed.
    """

    entry: Entry
    links: tuple[str, ...]


class RootFS(Mapping[str, Entry]):
    """A root file system: a mapping of real absolute paths to entries, in the order of the paths.

    Looking up `root["/bin/sh"]` follows no link; `lstat`, `resolve`, `read`, `open`, `listdir` and `glob` do,
    as a process in the container would, inside the root. Paths that lead nowhere raise
    `FileNotFoundError`, `NotADirectoryError` or an `OSError` with ELOOP, as the calls of `os` do. Close it,
    or use it in a `with`, to give its disk space back.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._entries: dict[str, Entry] = {"/": _implied_directory("/")}
        self._names: dict[str, set[str]] = {"/": set()}

    @classmethod
    def from_tar(cls, stream: BinaryIO) -> Self:
        """Read a tar of one whole file system, as `docker export` writes it; the last of equal paths holds.

        Raises:
            ArchiveError: the archive is damaged, cut off or hostile.
        """
        spool = Spool()
        try:
            root = cls(spool)
            region = spool.append(stream)
            for entry in read_entries(spool, region, whole=True):
                root._add(entry)
        except BaseException:
            spool.close()
            raise
        return root

    @classmethod
    def from_image(cls, image: ArchivedImage) -> Self:
        """Lay the layers of an image upon each other. The archive and the file system share one spool.

        Raises:
            ArchiveError: the image is not a Linux image, or a layer is damaged or hostile.
        """
        if image.config.os not in {"linux", ""}:
            raise ArchiveError(f"the image is made for {image.config.os}; only Linux images can be read")
        root = cls(image.spool)
        for layer in image.layers:
            root._lay(layer.entries)
        return root

    def close(self) -> None:
        """Give the disk space back; content can't be read any more."""
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getitem__(self, path: str) -> Entry:
        return self._entries[path]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def resolve(self, path: str) -> Resolved:
        """Follow every link in a path, the last part's too; `..` above the root stays at the root."""
        return self._follow(path, last=True)

    def lstat(self, path: str) -> Entry:
        """What a path names itself: links are followed in its folders, not in its last part."""
        return self._follow(path, last=False).entry

    def exists(self, path: str) -> bool:
        """Whether a path leads to something."""
        try:
            self.resolve(path)
        except OSError:
            return False
        return True

    def read(self, path: str) -> bytes:
        """The whole content of a file."""
        return self._spool.read(self._file(path).content)

    def open(self, path: str) -> BinaryIO:
        """A seekable stream over the content of a file."""
        return self._spool.open(self._file(path).content)

    def listdir(self, path: str) -> list[str]:
        """The names in a directory, sorted."""
        entry = self.resolve(path).entry
        if not entry.is_directory:
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
        return sorted(self._names[entry.path])

    def walk(self, top: str = "/") -> Iterator[Entry]:
        """A directory and all below it, folders before their content, sorted; follows no link below `top`."""
        entry = self.resolve(top).entry
        yield entry
        for name in sorted(self._names.get(entry.path, ())):
            yield from self._walk_real(posixpath.join(entry.path, name))

    def glob(self, pattern: str) -> list[str]:
        """The paths that match a shell's absolute pattern, as written, through links to directories, sorted.

        `*`, `?` and `[…]` match within one name and leave out hidden names, as in the shell; `**` matches any
        number of folders, without following links.
        """
        found = {"/"}
        for part in _parts(pattern):
            found = {path for folder in found for path in self._matches(folder, part)}
        return sorted(found)

    def _file(self, path: str) -> Entry:
        entry = self.resolve(path).entry
        if entry.is_directory:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not entry.is_file:
            raise OSError(errno.EINVAL, f"a {entry.kind} has no content", path)
        return entry

    def _follow(self, path: str, *, last: bool) -> Resolved:
        todo = deque(_parts(path))
        entry = self._entries["/"]
        links: list[str] = []
        while todo:
            part = todo.popleft()
            if not entry.is_directory:
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), entry.path)
            if part == "..":
                entry = self._entries[posixpath.dirname(entry.path)]
                continue
            here = posixpath.join(entry.path, part)
            found = self._entries.get(here)
            if found is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), here)
            if not found.is_symlink or not (todo or last):
                entry = found
                continue
            links.append(here)
            if len(links) > _MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            if found.target.startswith("/"):
                entry = self._entries["/"]
            todo.extendleft(reversed(_parts(found.target)))
        return Resolved(entry, tuple(links))

    def _walk_real(self, top: str) -> Iterator[Entry]:
        pending = [top]
        while pending:
            entry = self._entries[pending.pop()]
            yield entry
            names = self._names.get(entry.path, ())
            pending.extend(posixpath.join(entry.path, name) for name in sorted(names, reverse=True))

    def _matches(self, folder: str, part: str) -> Iterator[str]:
        if part == "**":
            yield from self._folders_below(folder)
            return
        if not _MAGIC.search(part):
            path = posixpath.join(folder, part)
            if self._is_there(path):
                yield path
            return
        try:
            names = self.listdir(folder)
        except OSError:
            return
        for name in fnmatch.filter(names, part):
            if not name.startswith(".") or part.startswith("."):
                yield posixpath.join(folder, name)

    def _folders_below(self, folder: str) -> Iterator[str]:
        try:
            real = self.resolve(folder).entry
        except OSError:
            return
        for entry in self.walk(real.path):
            if entry.is_directory:
                yield posixpath.normpath(posixpath.join(folder, posixpath.relpath(entry.path, real.path)))

    def _is_there(self, path: str) -> bool:
        try:
            self.lstat(path)
        except OSError:
            return False
        return True

    def _lay(self, entries: Iterable[Entry]) -> None:
        """Lay one layer on top. What it hides is hidden first: a layer never hides its own entries."""
        kept = []
        for entry in entries:
            if entry.kind in {Kind.WHITEOUT, Kind.OPAQUE}:
                self._hide(entry)
            else:
                kept.append(entry)
        for entry in kept:
            self._add(entry)

    def _hide(self, mark: Entry) -> None:
        try:
            hidden = self.lstat(mark.path)
        except OSError:
            return
        if mark.kind is Kind.WHITEOUT:
            self._remove(hidden.path)
            return
        for name in tuple(self._names.get(hidden.path, ())):
            self._remove(posixpath.join(hidden.path, name))

    def _add(self, entry: Entry) -> None:
        path = self._place(entry.path)
        if path == "/" and not entry.is_directory:
            raise ArchiveError(f"the archive's root is a {entry.kind}, not a directory")
        if entry.kind is Kind.HARDLINK:
            entry = self._hardlink(entry)
        if path in self._names and not entry.is_directory:
            self._remove(path)
        self._put(replace(entry, path=path) if entry.path != path else entry)

    def _hardlink(self, entry: Entry) -> Entry:
        """A further name of a file that is already there: the same content, owner and mode."""
        try:
            source = self.lstat(entry.target)
        except OSError as error:
            raise ArchiveError(f"{entry.path} is a hard link to the missing {entry.target}") from error
        if source.is_directory:
            raise ArchiveError(f"{entry.path} is a hard link to the directory {entry.target}")
        if not source.is_file:
            return replace(source, path=entry.path)
        return replace(source, path=entry.path, kind=Kind.HARDLINK, target=source.target or source.path)

    def _place(self, path: str) -> str:
        """Where an entry really goes: through links in its folders, which are made if nothing names them."""
        folder, name = posixpath.split(path)
        if folder in self._names:
            return path
        real = "/"
        for part in _parts(folder):
            here = posixpath.join(real, part)
            if here not in self._entries:
                self._put(_implied_directory(here))
            real = self._directory(here, path)
        return posixpath.join(real, name)

    def _directory(self, folder: str, path: str) -> str:
        try:
            entry = self.resolve(folder).entry
        except OSError as error:
            raise ArchiveError(f"{path} lies under {folder}, a link that leads nowhere: {error}") from error
        if not entry.is_directory:
            raise ArchiveError(f"{path} lies under {folder}, which is a {entry.kind}")
        return entry.path

    def _put(self, entry: Entry) -> None:
        self._entries[entry.path] = entry
        if entry.is_directory:
            self._names.setdefault(entry.path, set())
        if entry.path != "/":
            folder, name = posixpath.split(entry.path)
            self._names[folder].add(name)

    def _remove(self, path: str) -> None:
        for entry in tuple(self._walk_real(path)):
            del self._entries[entry.path]
            self._names.pop(entry.path, None)
        folder, name = posixpath.split(path)
        if folder in self._names:
            self._names[folder].discard(name)


def _implied_directory(path: str) -> Entry:
    """A directory that no entry describes, as an engine makes it while unpacking."""
    return Entry(path=path, kind=Kind.DIRECTORY, mode=0o755, uid=0, gid=0)


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in {"", "."}]
