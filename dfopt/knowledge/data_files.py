"""Reading of the package's own data files, each at most once and only when a question needs it."""

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

_DATA = Path(__file__).with_name("data")


@cache
def read_json(name: str) -> Any:
    """The parsed content of ``data/NAME``, shared: callers must not change it.

    Raises FileNotFoundError when the package holds no such file.
    """
    return json.loads(data_path(name).read_bytes())


@cache
def read_lines(name: str) -> list[str]:
    """The lines of ``data/NAME``, shared: callers must not change them.

    Raises FileNotFoundError when the package holds no such file.
    """
    return data_path(name).read_text("utf-8").splitlines()


@cache
def open_database(name: str) -> "sqlite3.Connection":
    """The database ``data/NAME``, shared and only to be read."""
    import sqlite3

    uri = data_path(name).as_uri() + "?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def data_path(name: str) -> Path:
    """The file ``data/NAME``."""
    return _DATA / name
