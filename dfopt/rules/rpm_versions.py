"""Which packages of yum and dnf are asked for without a version."""

import re
from collections.abc import Iterator

from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.pins import is_bound, unpinned
from dfopt.rules.rule import Finding

_VERSION = re.compile(r".+-\d[\w.~^:+*]*(?:-\d[\w.~^+*]*)?")


def unpinned_rpms(command: PackageCommand) -> Iterator[Finding]:
    """The finding about a command's packages without a version or its modules without a stream; groups have none."""
    if command.verb == "module install":
        yield from unpinned(command, _has_stream)
    elif command.verb in ("install", "install-n", "reinstall"):
        yield from unpinned(command, _has_version)


def _has_version(package: Package) -> bool:
    is_versioned = is_bound(package) or _VERSION.fullmatch(package.name) is not None
    return is_versioned or package.name.startswith("@") or package.name.endswith(".rpm")


def _has_stream(package: Package) -> bool:
    return is_bound(package) or ":" in package.name
