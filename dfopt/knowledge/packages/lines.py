"""The version that a release of Debian or Ubuntu stays with, from ``data/apt-lines.sqlite``."""

from functools import cache

from dfopt.knowledge.data_files import open_database

_DATA = "apt-lines.sqlite"


@cache
def has_lines(family: str, release: str) -> bool:
    """Whether the catalogue knows a release, ``12`` of ``debian`` or ``22.04`` of ``ubuntu``."""
    query = "SELECT 1 FROM lines WHERE family = ? AND release = ? LIMIT 1"
    return open_database(_DATA).execute(query, (family, release)).fetchone() is not None


@cache
def version_line(family: str, release: str, package: str) -> str | None:
    """The pattern that all versions of a package in a release follow, ``7.88.*``; None where there is none.

    Virtual packages have none, nor have, while the release still gets updates, those with their author's new releases.
    """
    query = "SELECT line FROM lines WHERE family = ? AND release = ? AND name = ?"
    row = open_database(_DATA).execute(query, (family, release, package)).fetchone()
    return str(row[0]) if row else None
