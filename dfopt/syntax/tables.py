"""The grammar's parse tables: made once, then kept in the user's cache folder.

A table appears there whole or not at all, so any number of processes can start at once, and where the folder can't be
written each process makes its own.
"""

import io
import re
import sys
from binascii import crc32
from pathlib import Path
from typing import Any

import lark
from lark.lexer import ContextualLexer, PatternRE, TerminalDef
from platformdirs import user_cache_path

from dfopt.syntax.automaton import Automaton

ESCAPE_FILES = {"\\": "escape_backslash.lark", "`": "escape_backtick.lark"}

# Before 3.11.5 Python takes too little for a possessive group (https://github.com/python/cpython/issues/106052).
_CAN_BE_POSSESSIVE = sys.version_info >= (3, 11, 5)
_REPETITION = re.compile(r"(?<!\\)\)([*+])(?!\+)")
_CHECKSUM_LENGTH = 4


def load(escape: str, builder: lark.Transformer[Any, Any], lexer: type[ContextualLexer]) -> lark.Lark:
    """The parser of files with that escape character."""
    grammar = _read("dockerfile.lark") + _read(ESCAPE_FILES[escape])
    parts = {"transformer": builder, "_plugins": {"ContextualLexer": lexer, "LALR_Parser": Automaton}}
    made_from = f"{lark.__version__}\n{_CAN_BE_POSSESSIVE}\n{grammar}".encode()
    key = f"{crc32(made_from):08x}{len(made_from):x}"
    table = user_cache_path("dfopt") / f"grammar-{key}-{sys.implementation.cache_tag}.table"
    if kept := _kept(table):
        # Lark's own generated parsers start this way; `Lark.load` takes neither a transformer nor a lexer.
        return lark.Lark.__new__(lark.Lark)._load(io.BytesIO(kept), **parts)  # noqa: SLF001
    parser = lark.Lark(
        grammar,
        parser="lalr",
        start="dockerfile",
        keep_all_tokens=True,
        maybe_placeholders=False,
        edit_terminals=_possessive if _CAN_BE_POSSESSIVE else None,
        **parts,
    )
    _keep(parser, table)
    return parser


def _kept(table: Path) -> bytes | None:
    """What was kept, if it is undamaged."""
    try:
        content = table.read_bytes()
    except OSError:
        return None
    checksum, kept = content[:_CHECKSUM_LENGTH], content[_CHECKSUM_LENGTH:]
    return kept if _checksum(kept) == checksum else None


def _checksum(content: bytes) -> bytes:
    return crc32(content).to_bytes(_CHECKSUM_LENGTH)


def _keep(parser: lark.Lark, table: Path) -> None:
    import tempfile

    buffer = io.BytesIO()
    parser.save(buffer, exclude_options=("transformer", "_plugins", "edit_terminals"))
    kept = buffer.getvalue()
    try:
        table.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=table.parent) as folder:
            fresh = Path(folder) / table.name
            fresh.write_bytes(_checksum(kept) + kept)
            fresh.replace(table)
    except OSError:
        return


def _possessive(terminal: TerminalDef) -> None:
    """Makes the repetitions of a terminal possessive, for which Lark's grammars have no sign.

    Otherwise the regular expression keeps a place to come back to for each character: 14 GB for a line of 50 MB.
    """
    terminal.pattern = PatternRE(_REPETITION.sub(r")\1+", terminal.pattern.to_regexp()))


def _read(name: str) -> str:
    return (_folder() / name).read_text("utf-8")


def _folder() -> Path:
    """The grammar's folder: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "grammar"
    return installed if installed.is_dir() else package.parent / "grammar"
