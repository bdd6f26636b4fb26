"""Puts a fixed file in the place of the old one, whole or not at all."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


class ChangedOnDiskError(OSError):
    """The file is not what was read any more, so what was made from it must not be written."""


def write(path: Path, data: bytes, *, read: bytes) -> bool:
    """Write a file that was read as `read`; False, and no access for writing, where nothing has changed.

    The new file takes the old one's place in one step and has its mode, owner and extended attributes; of a symbolic
    link the target is written. A file with several hard links, one whose owner can't be given to a new file, and one in
    a folder that can't be written are overwritten in place: they would lose their links or owner otherwise.

    Raises ChangedOnDiskError where the file has other contents by now, PermissionError where it is read-only, and
    OSError.
    """
    if data == read:
        return False
    target = Path(os.path.realpath(path))
    if not os.access(target, os.W_OK):
        raise PermissionError(f"{path} is read-only; make it writable to have it fixed")
    status = target.stat()
    fresh = _written_beside(target, data, status) if status.st_nlink == 1 else None
    try:
        _require_unchanged(target, path, read)
        if fresh:
            fresh.replace(target)
            _synchronize(target.parent)
        else:
            _overwrite(target, data)
    except BaseException:
        if fresh:
            fresh.unlink(missing_ok=True)
        raise
    return True


def _require_unchanged(target: Path, path: Path, read: bytes) -> None:
    if target.read_bytes() != read:
        raise ChangedOnDiskError(f"{path} was changed by something else while it was fixed; run the fix again")


def _written_beside(target: Path, data: bytes, status: os.stat_result) -> Path | None:
    """A new file beside the target, with its mode, owner and attributes; None where that can't be made."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except PermissionError:
        return None
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _resemble(fresh, target, status)
    except PermissionError:
        fresh.unlink()
        return None
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def _resemble(fresh: Path, target: Path, status: os.stat_result) -> None:
    """Give a file the owner, mode and extended attributes of another one."""
    made = fresh.stat()
    if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        os.chown(fresh, status.st_uid, status.st_gid)
    fresh.chmod(stat.S_IMODE(status.st_mode))
    if hasattr(os, "listxattr"):
        for name in os.listxattr(target):
            with suppress(OSError):
                os.setxattr(fresh, name, os.getxattr(target, name))


def _overwrite(target: Path, data: bytes) -> None:
    with target.open("r+b") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _synchronize(folder: Path) -> None:
    """Have the new name on the disk too, where folders can be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
