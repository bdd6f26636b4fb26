"""A text that changes whenever what the rules find may change: with the code, its data, and what is installed."""

import os
import sys
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from dfopt.version import __version__

PACKAGE = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - pathlib is too slow for the start of every run

_PARTS = ("knowledge", "model", "rules", "shellcheck", "syntax")


class _State(NamedTuple):
    path: str
    changed: int
    size: int


@cache
def stamp() -> str:
    """The version, the files of the package that rules depend on, and the folders that packages are installed in."""
    files = [state for part in _PARTS for state in _files(os.path.join(PACKAGE, part))]  # noqa: PTH118
    return repr((__version__, sys.version, sorted(files), _installed()))


def _files(folder: str) -> list[_State]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    found += _files(entry.path)
            else:
                found.append(_state(entry.path))
    return found


def _installed() -> list[_State]:
    """Installing and removing a package changes one of the folders of `sys.path`; the first one is the script's own."""
    found = []
    for folder in sys.path[1:]:
        with suppress(OSError):
            found.append(_state(folder))
    return found


def _state(path: str) -> _State:
    state = os.stat(path)  # noqa: PTH116
    return _State(path, state.st_mtime_ns, state.st_size)
