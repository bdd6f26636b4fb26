"""The version that a release of Debian or Ubuntu stays with, from ``data/apt-lines.sqlite``."""

from functools import cache
from typing import TYPE_CHECKING

from dfopt.knowledge.data_files import data_path

if TYPE_CHECKING:
    import sqlite3


@cache
def has_lines(family: str, release: str) -> bool:
    """Whether the catalogue knows a release, ``12`` of ``debian`` or ``22.04`` of ``ubuntu``."""
    query = "SELECT 1 FROM lines WHERE family = ? AND release = ? LIMIT 1"
    return _database().execute(query, (family, release)).fetchone() is not None


@cache
def version_line(family: str, release: str, package: str) -> str | None:
    """The pattern that all versions of a package in a release follow, ``7.88.*``; None where there is none.

    Virtual packages have none, nor have, while the release still gets updates, those with their author's new releases.
    """
    query = "SELECT line FROM lines WHERE family = ? AND release = ? AND name = ?"
    row = _database().execute(query, (family, release, package)).fetchone()
    return str(row[0]) if row else None


@cache
def _database() -> "sqlite3.Connection":
    import sqlite3

    uri = data_path("apt-lines.sqlite").as_uri() + "?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)
