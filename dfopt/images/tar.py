"""The entries of a tar archive, checked: a hostile or damaged one is refused here, with the reason."""

from __future__ import annotations

import math
import tarfile
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn, Self

from dfopt.images.errors import ArchiveError
from dfopt.images.spool import Region, Spool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_XATTR_PREFIX = "SCHILY.xattr."
_NO_XATTRS: Mapping[str, bytes] = MappingProxyType({})
_LONGEST_EXTENDED_HEADER = 1 << 20
_LONGEST_PATH = 4096  # PATH_MAX of Linux
_MOST_ENTRIES = 5_000_000
_EXTENDED_HEADERS = frozenset(
    {
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
    }
)


class Kind(StrEnum):
    """What an entry is. The last two stand only in an image's layers: they hide what lower layers have."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    CHARACTER_DEVICE = "character device"
    BLOCK_DEVICE = "block device"
    FIFO = "fifo"
    WHITEOUT = "whiteout"
    OPAQUE = "opaque directory"


_KINDS = {
    tarfile.REGTYPE: Kind.FILE,
    tarfile.AREGTYPE: Kind.FILE,
    tarfile.CONTTYPE: Kind.FILE,
    tarfile.DIRTYPE: Kind.DIRECTORY,
    tarfile.SYMTYPE: Kind.SYMLINK,
    tarfile.LNKTYPE: Kind.HARDLINK,
    tarfile.CHRTYPE: Kind.CHARACTER_DEVICE,
    tarfile.BLKTYPE: Kind.BLOCK_DEVICE,
    tarfile.FIFOTYPE: Kind.FIFO,
}

_NOWHERE = Region(0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a file system.

    Attributes:
        path: absolute and without `.`, `..` or a slash at its end; bytes that are not UTF-8 are surrogates.
        mode: the permission bits with setuid, setgid and sticky (0o7777).
        size: bytes of content; a hard link has the size of its file, everything but files 0.
        mtime: seconds since the epoch.
        target: a symbolic link's text as written, a hard link's absolute path, otherwise empty.
        xattrs: extended attributes by full name, `security.capability` among them.
        device: major and minor number of a device node.
        content: where the bytes lie in the spool; not looked at when entries are compared.
    """

    path: str
    kind: Kind
    mode: int
    uid: int
    gid: int
    size: int = 0
    mtime: float = 0
    target: str = ""
    xattrs: Mapping[str, bytes] = field(default_factory=lambda: _NO_XATTRS)
    device: tuple[int, int] | None = None
    content: Region = field(default=_NOWHERE, repr=False, compare=False)

    @property
    def is_file(self) -> bool:
        """Whether this is a regular file, under its first name or a further one."""
        return self.kind is Kind.FILE or self.kind is Kind.HARDLINK

    @property
    def is_directory(self) -> bool:
        """Whether this is a directory."""
        return self.kind is Kind.DIRECTORY

    @property
    def is_symlink(self) -> bool:
        """Whether this is a symbolic link."""
        return self.kind is Kind.SYMLINK


def read_entries(spool: Spool, region: Region, *, whole: bool) -> Iterator[Entry]:
    """Read the entries of the tar that fills a region, in the order of the archive.

    Args:
        spool: where the tar lies; the entries' content stays there.
        region: the bytes of the tar.
        whole: whether the archive must have its end mark. A stream without it was cut off. A layer inside an
            archive has a known length, and some builders write no mark there.

    Raises:
        ArchiveError: the archive is cut off or damaged, or an entry's name or size is out of bounds.
    """
    with spool.open(region) as stream:
        try:
            archive = tarfile.open(fileobj=stream, mode="r:", tarinfo=_CheckedHeader)  # noqa: SIM115
        except tarfile.ReadError as error:
            raise ArchiveError(f"not a tar archive: {error}") from error
        for _ in range(_MOST_ENTRIES):
            member = _next_member(archive)
            if member is None:
                break
            yield _entry(member, region)
            archive.members.clear()  # type: ignore[attr-defined]
        else:
            raise ArchiveError(f"the archive has more than {_MOST_ENTRIES} entries; no image needs that")
        stream.seek(archive.offset)
        mark = stream.read(tarfile.BLOCKSIZE)
        if mark != tarfile.NUL * tarfile.BLOCKSIZE and (whole or mark):
            raise ArchiveError("the archive ends in the middle; read it again")


def absolute(name: str) -> str:
    """The absolute path that an archive's member name stands for.

    Raises:
        ArchiveError: the name is absolute, leaves the root or is longer than a path may be.
    """
    if len(name) > _LONGEST_PATH:
        raise ArchiveError(f"the archive has a path of {len(name)} characters, more than Linux allows")
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if (name.startswith("/") and parts) or ".." in parts:
        raise ArchiveError(f"the archive names {name!r}, which lies outside of its root; it was refused")
    return "/" + "/".join(parts)


class _CheckedHeader(tarfile.TarInfo):
    """A header that is refused before anything acts on its size; tarfile itself would end quietly or loop."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        if not buf or not any(buf):
            return super().frombuf(buf, encoding, errors)
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            _refuse_header(str(error))
        if header.size < 0:
            _refuse_header(f"{header.name!r} has a negative size")
        if header.type in _EXTENDED_HEADERS and header.size > _LONGEST_EXTENDED_HEADER:
            _refuse_header(f"an extended header of {header.size} bytes")
        if header.type == tarfile.GNUTYPE_SPARSE:
            _refuse_header(f"{header.name!r} is a sparse file, which images do not have")
        return header


def _refuse_header(reason: str) -> NoReturn:
    raise ArchiveError(f"the archive is damaged or hostile: {reason}")


def _next_member(archive: tarfile.TarFile) -> tarfile.TarInfo | None:
    try:
        return archive.next()
    except (tarfile.TarError, ValueError, OverflowError) as error:
        raise ArchiveError(f"the archive is damaged or cut off: {error}") from error


def _entry(member: tarfile.TarInfo, region: Region) -> Entry:
    kind = _KINDS.get(member.type)
    if kind is None or member.issparse():
        _refuse_header(f"{member.name!r} is of a kind that images do not have")
    path = absolute(member.name)
    size = member.size if kind is Kind.FILE else 0
    if not math.isfinite(member.mtime):
        _refuse_header(f"{path} has no time")
    if size < 0 or member.offset_data + size > region.size:
        _refuse_header(f"{path} claims {size} bytes, more than the archive has")
    device = (member.devmajor, member.devminor) if member.ischr() or member.isblk() else None
    return Entry(
        path=path,
        kind=kind,
        mode=member.mode & 0o7777,
        uid=member.uid,
        gid=member.gid,
        size=size,
        mtime=member.mtime,
        target=absolute(member.linkname) if kind is Kind.HARDLINK else _link_text(member),
        xattrs=_xattrs(member.pax_headers),
        device=device,
        content=Region(region.start + member.offset_data, size),
    )


def _link_text(member: tarfile.TarInfo) -> str:
    if not member.issym():
        return ""
    if len(member.linkname) > _LONGEST_PATH:
        _refuse_header(f"{member.name!r} is a link of {len(member.linkname)} characters")
    return member.linkname


def _xattrs(headers: Mapping[str, str]) -> Mapping[str, bytes]:
    found = {
        key.removeprefix(_XATTR_PREFIX): value.encode("utf-8", "surrogateescape")
        for key, value in headers.items()
        if key.startswith(_XATTR_PREFIX)
    }
    return MappingProxyType(found) if found else _NO_XATTRS
