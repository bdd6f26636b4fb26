"""One temporary file that holds an archive while its entries are read from it by offset."""

from __future__ import annotations

import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from dfopt.images.errors import ArchiveError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 1 << 20
_LARGE_FILES = "/var/tmp"  # noqa: S108  the file has no name there


@dataclass(frozen=True, slots=True)
class Region:
    """A run of bytes in a spool."""

    start: int
    size: int

    @property
    def end(self) -> int:
        """The offset just behind the last byte."""
        return self.start + self.size


class Spool:
    """An unnamed temporary file: content is appended once and then read at any offset, from any thread.

    It lies in TMPDIR, or else in /var/tmp: an image may have gigabytes, and /tmp is memory on many systems.
    """

    def __init__(self) -> None:
        self._folder = _large_files_folder()
        self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115
        self._descriptor = self._file.fileno()

    def append(self, stream: BinaryIO, *, limit: int | None = None) -> Region:
        """Copy a stream to the end of the file.

        Raises:
            ArchiveError: the stream is longer than `limit` bytes, or the disk is full.
        """
        start = os.lseek(self._descriptor, 0, os.SEEK_END)
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if limit is not None and size > limit:
                raise ArchiveError(f"the archive unpacks to more than {limit} bytes; no image needs that")
            self._write(chunk)
        return Region(start, size)

    def read(self, region: Region) -> bytes:
        """The bytes of one region."""
        with self.open(region) as stream:
            return stream.read()

    def open(self, region: Region) -> BinaryIO:
        """A seekable stream over one region."""
        window = io.BufferedReader(_Window(self._file.fileno(), region), buffer_size=1 << 16)
        return cast("BinaryIO", window)

    def close(self) -> None:
        """Give the disk space back; streams that are still open fail from now on."""
        self._file.close()

    def _write(self, chunk: bytes) -> None:
        rest = memoryview(chunk)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            raise ArchiveError(
                f"can't hold the image in {self._folder}: {error.strerror}; set TMPDIR to a larger disk"
            ) from error


class _Window(io.RawIOBase):
    """A read-only view of one region of a file descriptor, with its own position."""

    def __init__(self, descriptor: int, region: Region) -> None:
        self._descriptor = descriptor
        self._region = region
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        wanted = max(0, min(len(view), self._region.size - self._position))
        data = os.pread(self._descriptor, wanted, self._region.start + self._position)
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._region.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position


def _large_files_folder() -> str:
    if "TMPDIR" not in os.environ and Path(_LARGE_FILES).is_dir():
        return _LARGE_FILES
    return tempfile.gettempdir()
