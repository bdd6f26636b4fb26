"""The version that a release of Debian or Ubuntu stays with, from ``data/apt-lines.sqlite``."""

from functools import cache
from typing import TYPE_CHECKING

from dfopt.frozen import frozen
from dfopt.knowledge.data_files import data_path

if TYPE_CHECKING:
    import sqlite3


@frozen()
class Release:
    """A release of a distribution; `is_final` says that no more updates come, so that all versions in it stay."""

    family: str
    name: str
    is_final: bool


@cache
def release_with_lines(family: str, name: str) -> Release | None:
    """The release of that name, ``12`` of ``debian`` or ``22.04`` of ``ubuntu``; None where its lines are not known."""
    query = "SELECT is_final FROM releases WHERE family = ? AND release = ?"
    row = _database().execute(query, (family, name)).fetchone()
    return Release(family, name, bool(row[0])) if row else None


@cache
def version_line(release: Release, package: str) -> str | None:
    """The pattern that all versions of a package in a release follow, ``7.88.*``; None where there is none.

    Virtual packages have none, nor have, before a release is final, those that get their author's new releases.
    """
    query = "SELECT line FROM lines WHERE family = ? AND release = ? AND name = ?"
    row = _database().execute(query, (release.family, release.name, package)).fetchone()
    return str(row[0]) if row else None


@cache
def _database() -> "sqlite3.Connection":
    import sqlite3

    uri = data_path("apt-lines.sqlite").as_uri() + "?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)
