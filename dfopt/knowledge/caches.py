"""What package managers leave behind: cache folders, how to clean them, how to avoid them.

The facts are in ``data/caches.json``, each manager with its source. Folders are written with ``~`` for the
home of the user who runs the manager, and with the environment variables that move them.
"""

from fnmatch import fnmatch
from functools import cache
from typing import Any

from dfopt.frozen import frozen
from dfopt.knowledge.data_files import read_json


@frozen()
class Measured:
    """Bytes found in the cache after a command in a fresh environment, on a day (ISO)."""

    command: str
    bytes: int
    date: str


@frozen()
class Cache:
    """One cache of one package manager.

    Attributes:
        manager: as elsewhere in dfopt: ``apt``, ``pip``, ``npm``…
        name: of the cache where a manager has several: ``lists`` and ``archives`` of apt.
        paths: the folders, ``~`` for the user's home, the usual one first.
        clean: the command that empties it, None where there is none.
        avoid_flags: options of the installing command with which nothing is kept.
        avoid_environment: variables with which nothing is kept.
        moved_by: the variable that moves the folder, None where none does.
        mount_target: where a BuildKit cache mount goes, None where a cache mount does not pay.
        sharing: that mount's ``sharing``: ``locked`` where two builds at once would break the folder.
        is_safe_to_delete: False where deleting it breaks what was installed (Go's and Maven's module stores
            are read
            when building, Conda's package folder is hard-linked into environments).
        measured: what was found after real commands; empty where nothing was measured.
    """

    manager: str
    name: str
    paths: tuple[str, ...]
    clean: str | None
    avoid_flags: tuple[str, ...]
    avoid_environment: tuple[tuple[str, str], ...]
    moved_by: str | None
    mount_target: str | None
    sharing: str
    is_safe_to_delete: bool
    note: str | None
    measured: tuple[Measured, ...]


@cache
def caches(manager: str) -> tuple[Cache, ...]:
    """The caches of a package manager; empty for an unknown one."""
    entries = read_json("caches.json")["managers"].get(manager, ())
    return tuple(_cache(manager, entry) for entry in entries)


def managers() -> tuple[str, ...]:
    """The package managers whose caches are known."""
    return tuple(read_json("caches.json")["managers"])


def in_home(path: str, home: str = "/root") -> str:
    """A cache folder for a user's home: ``~/.npm`` is ``/root/.npm``."""
    return home.rstrip("/") + path[1:] if path.startswith("~/") else path


def owner_of(path: str, home: str = "/root") -> Cache | None:
    """The cache that an absolute path is, or lies in; None for any other path."""
    wanted = path.rstrip("/") + "/"
    known = (cache for manager in managers() for cache in caches(manager))
    return next((cache for cache in known if any(_is_in(wanted, in_home(p, home)) for p in cache.paths)), None)


def _is_in(path: str, folder: str) -> bool:
    return fnmatch(path, folder.rstrip("/") + "/*")


def _cache(manager: str, entry: dict[str, Any]) -> Cache:
    return Cache(
        manager=manager,
        name=entry["name"],
        paths=tuple(entry["paths"]),
        clean=entry.get("clean"),
        avoid_flags=tuple(entry.get("avoid_flags", ())),
        avoid_environment=tuple(entry.get("avoid_environment", {}).items()),
        moved_by=entry.get("moved_by"),
        mount_target=entry.get("mount_target"),
        sharing=entry.get("sharing", "shared"),
        is_safe_to_delete=entry.get("is_safe_to_delete", True),
        note=entry.get("note"),
        measured=tuple(Measured(**measured) for measured in entry.get("measured", ())),
    )
