"""The grammar's parse tables: made once, then kept in the user's cache folder.

A table appears there whole or not at all, so any number of processes can start at once, and where the folder can't be
written each process makes its own.
"""

import hashlib
import re
import sys
import tempfile
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import lark
from lark.lexer import ContextualLexer, PatternRE, TerminalDef
from platformdirs import user_cache_path

from dfopt.version import __version__

_REPETITION = re.compile(r"(?<!\\)\)([*+])(?!\+)")
ESCAPE_FILES = {"\\": "escape_backslash.lark", "`": "escape_backtick.lark"}


def load(escape: str, builder: lark.Transformer[Any, Any], lexer: type[ContextualLexer]) -> lark.Lark:
    """The parser of files with that escape character."""
    grammar = _read("dockerfile.lark") + _read(ESCAPE_FILES[escape])

    def parser(table: Path | None) -> lark.Lark:
        return lark.Lark(
            grammar,
            parser="lalr",
            start="dockerfile",
            keep_all_tokens=True,
            maybe_placeholders=False,
            transformer=builder,
            edit_terminals=_possessive,
            cache=str(table) if table else False,
            _plugins={"ContextualLexer": lexer},
        )

    digest = hashlib.sha256(grammar.encode()).hexdigest()[:16]
    table = user_cache_path("dfopt") / f"grammar-{__version__}-{digest}-{sys.implementation.cache_tag}.table"
    if table.exists():
        return parser(table)
    try:
        table.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=table.parent) as folder:
            fresh = Path(folder) / table.name
            made = parser(fresh)
            fresh.replace(table)
            return made
    except OSError:
        return parser(None)


def _possessive(terminal: TerminalDef) -> None:
    """Makes the repetitions of a terminal possessive, for which Lark's grammars have no sign.

    Otherwise the regular expression keeps a place to come back to for each character: 14 GB for a line of 50 MB.
    """
    terminal.pattern = PatternRE(_REPETITION.sub(r")\1+", terminal.pattern.to_regexp()))


def _read(name: str) -> str:
    return (_folder() / name).read_text("utf-8")


def _folder() -> Traversable:
    """The grammar's folder: inside an installed package, beside it in a checkout."""
    installed = files("dfopt") / "grammar"
    return installed if installed.is_dir() else files("dfopt") / ".." / "grammar"
