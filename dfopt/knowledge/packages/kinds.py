"""What a package is good for, for every package manager."""

import re
from enum import StrEnum
from functools import cache, lru_cache

from dfopt.knowledge.data_files import read_json


class PackageKind(StrEnum):
    """What a package is good for in an image."""

    BUILD = "build"
    """Compilers, linkers, build systems, packaging tools: of use while building only."""
    HEADERS = "headers"
    """Development files of a library: ``-dev``, ``-devel``."""
    DEBUG = "debug"
    """Debuggers, tracers, profilers and debug symbols."""
    DOCUMENTATION = "documentation"
    EDITOR = "editor"
    NETWORK_TOOL = "network-tool"
    """Transfer and diagnosis at the prompt: curl, wget, ping, netcat."""
    VERSION_CONTROL = "version-control"
    INIT = "init"
    """Init systems and process supervisors."""
    SERVER = "server"
    """Runs as a service: web servers, databases, sshd, cron."""
    SHELL_TOOL = "shell-tool"
    """Comfort at the prompt: man, less, screen, htop, sudo."""


@lru_cache(4096)
def kind(name: str) -> PackageKind | None:
    """The kind of a package by its name in any of the managers; None for libraries and unknown names."""
    names, patterns = _tables()
    exact = names.get(name)
    if exact:
        return exact
    return next((kind for kind, pattern in patterns if pattern.fullmatch(name)), None)


def is_build_tool(name: str) -> bool:
    """Whether a package only serves to build: a compiler, a build system, a library's development files."""
    return kind(name) in {PackageKind.BUILD, PackageKind.HEADERS}


@cache
def _tables() -> tuple[dict[str, PackageKind], list[tuple[PackageKind, re.Pattern[str]]]]:
    data = read_json("package-kinds.json")["kinds"]
    names = {name: PackageKind(kind) for kind, entry in data.items() for name in entry["names"]}
    patterns = [(PackageKind(kind), re.compile("|".join(entry["patterns"]))) for kind, entry in data.items()]
    return names, [(kind, pattern) for kind, pattern in patterns if pattern.pattern]
