"""dfopt, a compiler for Dockerfiles."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dfopt.version import __version__

if TYPE_CHECKING:
    from dfopt.fix.engine import fix
    from dfopt.rules.check import check
    from dfopt.slim.slimming import slim
    from dfopt.syntax.parser import parse

__all__ = ["__version__", "check", "fix", "parse", "slim"]

_HOMES = {
    "check": "dfopt.rules.check",
    "fix": "dfopt.fix.engine",
    "parse": "dfopt.syntax.parser",
    "slim": "dfopt.slim.slimming",
}


def __getattr__(name: str) -> Any:
    """The public functions, imported when they are first used: import time is part of the product."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
