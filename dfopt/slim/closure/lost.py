"""Files that a slim image lacks, looked up in the original by what a program calls them."""

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dfopt.slim.stage.instructions import tables

if TYPE_CHECKING:
    from dfopt.images import RootFS

_NO_FILES_OF_AN_IMAGE = ("/proc/", "/sys/", "/dev/", "/dfopt/")


@dataclass(frozen=True)
class Lost:
    """The files that the slim image lacks, by their paths and by their names."""

    root: "RootFS"
    paths: Collection[str]
    by_name: Mapping[str, tuple[str, ...]]

    def named(self, name: str) -> tuple[str, ...]:
        """The paths that end in a name."""
        return self.by_name.get(name, ())

    def ending(self, tail: str) -> Iterator[str]:
        """The paths that end in a relative path."""
        return (path for path in self.named(tail.rpartition("/")[2]) if path.endswith(f"/{tail}"))

    def programs(self, name: str) -> Iterator[str]:
        """The executables of a name in a folder of programs."""
        return (path for path in self.named(name) if re.search(r"/s?bin/[^/]+$", path))

    def at(self, path: str) -> Iterator[str]:
        """What a path leads to, through links; a whole folder where all of it is lacking."""
        try:
            entry = self.root.resolve(path).entry
        except OSError:
            return
        if entry.path in self.paths:
            yield path
        elif entry.is_directory and not _is_general(entry.path) and self._is_gone(entry.path):
            yield f"{path.rstrip('/')}/**"

    def _is_gone(self, folder: str) -> bool:
        """Whether all files of a folder are lacking, and it had some."""
        below = [entry.path for entry in self.root.walk(folder) if not entry.is_directory]
        return bool(below) and all(path in self.paths for path in below)


def _is_general(folder: str) -> bool:
    return any(re.search(pattern, folder) for pattern in tables("general"))


def lost_files(root: "RootFS", kept: Collection[str]) -> Lost:
    """What the original has and the slim image lacks; folders left out."""
    names: dict[str, list[str]] = {}
    files = (path for path, entry in root.items() if not entry.is_directory)
    paths = {path for path in files if not path.startswith(_NO_FILES_OF_AN_IMAGE)} - set(kept)
    for path in sorted(paths):
        names.setdefault(path.rpartition("/")[2], []).append(path)
    return Lost(root, paths, {name: tuple(group) for name, group in names.items()})


def library(name: str, lost: Lost) -> Iterator[str]:
    """A shared library, by its name or path."""
    yield from lost.at(name) if "/" in name else lost.named(name)


def program(name: str, lost: Lost) -> Iterator[str]:
    """A program, by its path, or by a name that is looked for in PATH."""
    yield from lost.at(name) if "/" in name else lost.programs(name)


def python_module(name: str, lost: Lost) -> Iterator[str]:
    """A module of Python, or the package that it is in, whole."""
    place = name.replace(".", "/")
    top = place.partition("/")[0]
    for tail in dict.fromkeys((f"{place}.py", f"{place}/__init__.py", f"{top}.py", f"{top}/__init__.py")):
        for path in lost.ending(tail):
            yield f"{path.removesuffix('/__init__.py')}/**" if path.endswith("/__init__.py") else path
    compiled = re.compile(rf"/{re.escape(place)}(\.[^/]*)?\.so$")
    yield from (path for path in sorted(lost.paths) if compiled.search(path))


def node_module(name: str, lost: Lost) -> Iterator[str]:
    """A module of Node, by its path, or by its package, whole."""
    if name.startswith("/"):
        for tail in ("", ".js", ".cjs", ".mjs", ".json", ".node"):
            yield from lost.at(name + tail)
        return
    parts = name.split("/")
    package = "/".join(parts[:2] if name.startswith("@") else parts[:1])
    for path in lost.ending(f"{package}/package.json"):
        if "/node_modules/" in path:
            yield f"{path.removesuffix('/package.json')}/**"


def perl_module(name: str, lost: Lost) -> Iterator[str]:
    """A module of Perl, as `Some/Module.pm`."""
    yield from lost.ending(name)


def ruby_module(name: str, lost: Lost) -> Iterator[str]:
    """A file of Ruby, by what is required."""
    for tail in (f"{name}.rb", f"{name}.so", name):
        yield from lost.at(tail) if name.startswith("/") else lost.ending(tail)


def java_class(name: str, lost: Lost) -> Iterator[str]:
    """A class, or the archives that have it."""
    member = f"{name.replace('.', '/')}.class"
    yield from lost.ending(member)
    for path in sorted(lost.paths):
        if path.endswith(".jar") and lost.root[path].is_file and _has(path, member, lost.root):
            yield path


def _has(archive: str, member: str, root: "RootFS") -> bool:
    try:
        with root.open(archive) as stream, zipfile.ZipFile(stream) as opened:
            return member in opened.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def zone(name: str, lost: Lost) -> Iterator[str]:
    """A time zone."""
    yield from lost.at(f"/usr/share/zoneinfo/{name}")


def users(_: str, lost: Lost) -> Iterator[str]:
    """The names of users and groups."""
    for path in ("/etc/passwd", "/etc/group", "/etc/nsswitch.conf"):
        yield from lost.at(path)


def authorities(_: str, lost: Lost) -> Iterator[str]:
    """The authorities for TLS."""
    for path in ("/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/pki/tls/certs"):
        yield from lost.at(path)
