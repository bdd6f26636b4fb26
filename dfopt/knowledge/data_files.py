"""Reading of the package's own data files, each at most once and only when a question needs it."""

import atexit
import json
from contextlib import ExitStack
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

_DATA = files("dfopt.knowledge") / "data"


@cache
def read_json(name: str) -> Any:
    """The parsed content of ``data/NAME``, shared: callers must not change it.

    Raises FileNotFoundError when the package holds no such file.
    """
    return json.loads((_DATA / name).read_bytes())


@cache
def data_path(name: str) -> Path:
    """``data/NAME`` as a real file, unpacked until the process ends when the package is a zip archive."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(as_file(_DATA / name))
