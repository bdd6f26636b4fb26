"""Packages that are asked for without a version."""

from collections.abc import Callable, Iterator

from dfopt.frozen import frozen
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.diagnostic import Fix
from dfopt.rules.rule import Finding

_SHOWN = 4


@frozen()
class Stretch:
    """The bytes from one word of a command to another one."""

    start: int
    end: int


def unpinned(
    command: PackageCommand,
    is_pinned: Callable[[Package], bool],
    fix: Callable[[PackageCommand], Fix | None] | None = None,
) -> Iterator[Finding]:
    """One finding for the packages of a command that are known by name and that `is_pinned` says no of."""
    found = [each for each in command.packages if each.is_resolved and not is_pinned(each)]
    if found:
        names = list(dict.fromkeys([each.name for each in found]))
        verb = "is" if len(names) == 1 else "are"
        message = f"{listed(names)} {verb} installed in whatever version there is that day"
        yield Finding(_stretch(found), message, fix=fix(command) if fix else None)


def is_bound(package: Package) -> bool:
    """Whether a version or a bound is given, or a file, a folder or an address that stands for one."""
    return bool(package.version) or package.is_path


def listed(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _stretch(packages: list[Package]) -> Stretch:
    return Stretch(min(each.start for each in packages), max(each.end for each in packages))
