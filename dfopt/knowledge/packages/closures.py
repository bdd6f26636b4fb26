"""What an installation brings in, and what it weighs."""

from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from dfopt.frozen import frozen
from dfopt.knowledge.packages.catalogue import Alternatives, Package, base_set, is_known, lookup, providers
from dfopt.knowledge.packages.successors import successor

_Need = tuple[Alternatives, Package | None]
"""A dependency, and the package that satisfies it where none of its names is there yet; None where nothing does."""


@frozen()
class Closure:
    """The packages an installation adds.

    ``replaced`` are names that the suite does not have, each with the name counted in its place: figures
    with any of these are estimates. ``unknown`` are names that count for nothing.
    """

    packages: tuple[Package, ...]
    replaced: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]

    @property
    def installed_bytes(self) -> int:
        """Bytes on disk, by Debian's Installed-Size."""
        return sum(package.installed_bytes for package in self.packages)

    @property
    def download_bytes(self) -> int:
        """Bytes of the .deb files."""
        return sum(package.download_bytes for package in self.packages)


def closure(
    suite: str, names: Iterable[str], *, recommends: bool = True, already: frozenset[str] | None = None
) -> Closure:
    """What ``apt-get install NAMES`` adds to an image that has `already`.

    `recommends` is apt's default; False is ``--no-install-recommends``. `already` is the suite's minimal
    image unless given, and its dependencies are taken to be there too. Of alternatives the one that is
    there counts, else the first that exists, as with apt; versions and conflicts are not looked at.
    """
    return _closure(suite, tuple(names), recommends, base_set(suite) if already is None else already)


@lru_cache(1024)
def _closure(suite: str, names: tuple[str, ...], recommends: bool, already: frozenset[str]) -> Closure:
    wanted = {name: name if is_known(suite, name) else successor(suite, name) for name in names}
    found: dict[str, Package] = {}
    present: set[str] = set()
    there = _names(suite, already)
    needs = _needs(suite, recommends, already)
    waiting = deque(_need(suite, (name,)) for name in wanted.values() if name and name not in there)
    while waiting:
        group, package = waiting.popleft()
        if package is None or not present.isdisjoint(group):
            continue
        found[package.name] = package
        present.update((package.name, *package.provides))
        waiting.extend(needs[package.name])
    return Closure(
        packages=tuple(found.values()),
        replaced=tuple((old, new) for old, new in wanted.items() if new and new != old),
        unknown=tuple(old for old, new in wanted.items() if new is None),
    )


class _Needs(dict[str, tuple[_Need, ...]]):
    """What each package asks for that an image with the packages in `already` lacks, looked up once."""

    def __init__(self, suite: str, recommends: bool, already: frozenset[str]) -> None:
        self._suite = suite
        self._recommends = recommends
        self._there = _names(suite, already)

    def __missing__(self, name: str) -> tuple[_Need, ...]:
        package = lookup(self._suite, name)
        groups = (*package.depends, *(package.recommends if self._recommends else ())) if package else ()
        self[name] = tuple([_need(self._suite, group) for group in groups if self._there.isdisjoint(group)])
        return self[name]


_needs = lru_cache(128)(_Needs)


def recommended_bytes(suite: str, names: Iterable[str], already: frozenset[str] | None = None) -> int:
    """Installed bytes that ``--no-install-recommends`` saves, 0 or more."""
    names = tuple(names)
    full = closure(suite, names, recommends=True, already=already)
    lean = closure(suite, names, recommends=False, already=already)
    return max(0, full.installed_bytes - lean.installed_bytes)


@lru_cache(64)
def _names(suite: str, packages: frozenset[str]) -> frozenset[str]:
    """The packages' names and the virtual ones they provide."""
    names = set(packages)
    for package in filter(None, (lookup(suite, name) for name in packages)):
        names.update(package.provides)
    return frozenset(names)


@cache
def _need(suite: str, group: Alternatives) -> _Need:
    return group, next(_real(suite, group), None)


def _real(suite: str, group: Alternatives) -> Iterator[Package]:
    """The packages that can satisfy a dependency, in apt's order of preference."""
    for name in group:
        for candidate in (name, *providers(suite, name)):
            package = lookup(suite, candidate)
            if package:
                yield package
