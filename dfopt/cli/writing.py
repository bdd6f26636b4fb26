"""Writing a new file, whole or not at all."""

import os
import tempfile
from pathlib import Path

_NEW_FILE = 0o666


def create(path: Path, data: bytes) -> None:
    """Write a file that need not be there yet; a link is followed, an old file keeps its mode. Raises OSError."""
    target = Path(os.path.realpath(path))
    mode = target.stat().st_mode & 0o7777 if target.exists() else _NEW_FILE & ~_umask()
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(mode)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
