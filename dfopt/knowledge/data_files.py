"""Reading of the package's own data files, each at most once and only when a question needs it."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path


@cache
def read_json(name: str) -> Any:
    """The parsed content of ``data/NAME``, shared: callers must not change it.

    Raises FileNotFoundError when the package holds no such file.
    """
    return json.loads((_data() / name).read_bytes())


@cache
def data_path(name: str) -> "Path":
    """``data/NAME`` as a real file, unpacked until the process ends when the package is a zip archive."""
    import atexit
    from contextlib import ExitStack
    from importlib.resources import as_file

    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(as_file(_data() / name))


def _data() -> "Traversable":
    from importlib.resources import files

    return files("dfopt.knowledge") / "data"
