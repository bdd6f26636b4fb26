"""Reading of the package's own data files, each at most once and only when a question needs it."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

_DATA = files("dfopt.knowledge") / "data"


@cache
def read_json(name: str) -> Any:
    """The parsed content of ``data/NAME``, shared: callers must not change it.

    Raises FileNotFoundError when the package holds no such file.
    """
    return json.loads((_DATA / name).read_bytes())
