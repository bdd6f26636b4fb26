"""`parse`: any bytes to a lossless tree."""

import re
from functools import cache
from typing import cast

import lark

from dfopt.syntax.builder import Builder
from dfopt.syntax.lexer import LEXERS
from dfopt.syntax.nodes import Dockerfile
from dfopt.syntax.tables import load

_BACKTICK_DIRECTIVE = re.compile(
    r"\ufeff?(?:[^\S\n]*\#[^\S\n]*(?:syntax|check)[^\S\n]*=.+\n)*"
    r"[^\S\n]*\#[^\S\n]*escape[^\S\n]*=[^\S\n]*`[^\S\n]*(?:\n|\Z)",
    re.IGNORECASE,
)


def parse(data: bytes | str) -> Dockerfile:
    """The tree of a Dockerfile.

    Any input has a tree, and the tree gives it back to the byte; what is wrong with it is in `problems`.  Bytes that
    are not UTF-8 are kept as lone surrogates in `code`.
    """
    text = decode(data)
    escape = "`" if _BACKTICK_DIRECTIVE.match(text) else "\\"
    tree = cast("Dockerfile", _parser(escape).parse(text))
    return tree if escape == tree.escape else tree.with_changes(escape=escape)


def decode(data: bytes | str) -> str:
    """The text of a file, in which each byte that is not UTF-8 is one lone surrogate."""
    if isinstance(data, str):
        try:
            data.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            return data.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
        return data
    return data.decode("utf-8", "surrogateescape")


@cache
def _parser(escape: str) -> lark.Lark:
    return load(escape, Builder(), LEXERS[escape])
