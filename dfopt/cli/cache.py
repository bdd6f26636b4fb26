"""The results of earlier runs, by the file's content, the rules and the settings.

All is kept in one SQLite file in the user's cache folder, which any number of processes can use at once. A cache that
can't be read or written is none: no run fails for it.
"""

import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path

from platformdirs import user_cache_path

from dfopt.rules.settings import Settings
from dfopt.rules.stamp import stamp

_DAYS = 30
_DAY = 86_400
_AT_ONCE = 500
_TABLE = "create table if not exists results (key blob primary key, result blob, made integer) without rowid"


class Cache:
    """Results by key; both are bytes."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or user_cache_path("dfopt") / "results-1.sqlite"

    def read(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """The results that are there."""
        found: dict[bytes, bytes] = {}
        if self._path.exists():
            with suppress(sqlite3.Error), closing(self._connect()) as connection:
                for start in range(0, len(keys), _AT_ONCE):
                    some = keys[start : start + _AT_ONCE]
                    marks = ",".join("?" * len(some))
                    query = f"select key, result from results where key in ({marks})"  # noqa: S608 - only question marks
                    found.update(connection.execute(query, some))
        return found

    def write(self, results: Sequence[tuple[bytes, bytes]]) -> None:
        """Keep results, where there are any, and forget those that are older than a month."""
        if not results:
            return
        now = int(time.time())
        rows = [(key, result, now) for key, result in results]
        with suppress(OSError, sqlite3.Error):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._insert(rows, now - _DAYS * _DAY)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                self._path.unlink()
                self._insert(rows, 0)

    def _insert(self, rows: list[tuple[bytes, bytes, int]], oldest: int) -> None:
        with closing(self._connect()) as connection, connection:
            connection.execute(_TABLE)
            connection.execute("delete from results where made < ?", (oldest,))
            connection.executemany("insert or replace into results values (?, ?, ?)", rows)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=1)


def key_of(settings: Settings, data: bytes, *, has_context: bool) -> bytes:
    """What the result of checking a file depends on, the answers of its build context aside."""
    return blake2b(data, digest_size=20, key=_fingerprint(settings, has_context=has_context)).digest()


@cache
def _fingerprint(settings: Settings, *, has_context: bool) -> bytes:
    parts = (
        stamp(),
        sorted(settings.rules),
        sorted(settings.severities.items()),
        sorted((rule, sorted(options.items())) for rule, options in settings.options.items()),
        settings.inline_ignores,
        has_context,
    )
    return blake2b(repr(parts).encode(), digest_size=32).digest()
