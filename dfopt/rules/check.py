"""`check`: what the rules find in one Dockerfile."""

import os
from pathlib import Path

from dfopt.model.context import Context
from dfopt.model.model import Model
from dfopt.rules.checker import Checker
from dfopt.rules.diagnostic import Diagnostic
from dfopt.rules.settings import Settings
from dfopt.syntax.parser import parse


def check(
    source: "os.PathLike[str] | bytes | str", settings: Settings | None = None, context: Context | None = None
) -> list[Diagnostic]:
    """The findings in a Dockerfile, by place.

    `source` is the path of the file, or what it contains (bytes, or a str). No configuration is read: `settings` says
    which rules are on, all that are on by default where it is None. The context is that of the path's folder unless
    given. Raises OSError where the path can't be read.
    """
    if isinstance(source, os.PathLike):
        path = Path(source)
        context = context or Context.at(path.parent, path)
        source = path.read_bytes()
    return Checker(settings or Settings()).check(Model(parse(source), context))
