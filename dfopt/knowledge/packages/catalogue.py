"""Single packages of the catalogue."""

from functools import cache

from dfopt.frozen import frozen
from dfopt.knowledge.data_files import open_database

_DATA = "debian.sqlite"

Alternatives = tuple[str, ...]
"""One dependency: any of these names satisfies it; the first is what apt takes when none is there yet."""


@frozen()
class Package:
    """One binary package of one suite. Sizes in bytes: unpacked (Debian states full KiB) and as the .deb."""

    suite: str
    name: str
    installed_bytes: int
    download_bytes: int
    section: str
    priority: str
    is_essential: bool
    depends: tuple[Alternatives, ...]
    recommends: tuple[Alternatives, ...]
    provides: tuple[str, ...]


@cache
def about() -> dict[str, str]:
    """Where the catalogue comes from: its ``source``, ``suites`` and ``date``."""
    return dict(open_database(_DATA).execute("SELECT name, value FROM about"))


def suites() -> tuple[str, ...]:
    """The suites in the catalogue, oldest first."""
    return tuple(about()["suites"].split())


@cache
def lookup(suite: str, name: str) -> Package | None:
    """A package by its name; None when the suite or the catalogue has none of that name."""
    query = (
        "SELECT installed, download, section, priority, essential, depends, recommends, provides"
        " FROM packages WHERE suite = ? AND name = ?"
    )
    row = open_database(_DATA).execute(query, (suite, name)).fetchone()
    if row is None:
        return None
    installed, download, section, priority, essential, depends, recommends, provides = row
    return Package(
        suite=suite,
        name=name,
        installed_bytes=installed,
        download_bytes=download,
        section=section,
        priority=priority,
        is_essential=bool(essential),
        depends=_dependencies(depends),
        recommends=_dependencies(recommends),
        provides=tuple(provides.split()),
    )


@cache
def providers(suite: str, virtual: str) -> tuple[str, ...]:
    """The packages that provide a virtual name, by name."""
    query = "SELECT package FROM provides WHERE suite = ? AND name = ? ORDER BY package"
    return tuple(package for (package,) in open_database(_DATA).execute(query, (suite, virtual)))


def is_known(suite: str, name: str) -> bool:
    """Whether the catalogue has a package of this name, or one that provides it."""
    return lookup(suite, name) is not None or bool(providers(suite, name))


@cache
def base_set(suite: str) -> frozenset[str]:
    """The packages of a suite's minimal image: essential and required ones, apt, and what these need."""
    query = "SELECT name FROM packages WHERE suite = ? AND (essential OR priority = 'required')"
    names = {name for (name,) in open_database(_DATA).execute(query, (suite,))} | {"apt"}
    waiting = list(names)
    while waiting:
        package = lookup(suite, waiting.pop())
        for group in package.depends if package else ():
            if names.isdisjoint(group):
                first = next((name for name in group if lookup(suite, name)), None)
                if first:
                    names.add(first)
                    waiting.append(first)
    return frozenset(names)


def _dependencies(text: str) -> tuple[Alternatives, ...]:
    return tuple(tuple(group.split("|")) for group in text.split())
