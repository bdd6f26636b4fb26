"""What an image holds, counted: bytes, files, packages, executables, setuid files, shells."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dfopt.images import Engine, Entry, ImageRef, RootFS

_SHELLS = frozenset("ash bash busybox csh dash elvish fish ksh mksh nu pwsh rbash sh tcsh yash zsh".split())
_LIBRARY = re.compile(r"\.so(\.|$)")
_DPKG = re.compile(rb"^Package: ", re.MULTILINE)
_APK = re.compile(rb"^P:", re.MULTILINE)
_EXECUTABLE = 0o111
_SET_ID = 0o6000


@dataclass(frozen=True, slots=True)
class Measures:
    """An image in figures; `bytes` are those of all layers, unpacked, `packages` those that a scanner can see."""

    bytes: int
    files: int
    packages: int
    executables: int
    setuid: int
    shells: tuple[str, ...]


def measure(engine: "Engine", image: "ImageRef") -> Measures:
    """The figures of an image; raises ImagesError."""
    with engine.export(image) as root:
        files = [entry for entry in root.values() if entry.is_file]
        return Measures(
            bytes=engine.size(image),
            files=len(files),
            packages=_packages(root),
            executables=sum(_is_executable(entry) for entry in files),
            setuid=sum(bool(entry.mode & _SET_ID) for entry in files),
            shells=tuple(sorted({entry.path for entry in files if _is_shell(entry)})),
        )


def _packages(root: "RootFS") -> int:
    databases = [(path, _DPKG) for path in ("/var/lib/dpkg/status", *root.glob("/var/lib/dpkg/status.d/*"))]
    databases.append(("/lib/apk/db/installed", _APK))
    return sum(
        len(pattern.findall(root.read(path)))
        for path, pattern in databases
        if root.exists(path) and root.resolve(path).entry.is_file
    )


def _is_executable(entry: "Entry") -> bool:
    return bool(entry.mode & _EXECUTABLE) and not _LIBRARY.search(entry.path)


def _is_shell(entry: "Entry") -> bool:
    folder, _, name = entry.path.rpartition("/")
    return name in _SHELLS and folder.endswith("bin") and bool(entry.mode & _EXECUTABLE)
