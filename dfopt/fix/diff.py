"""What a fix changes, as a unified diff that `patch` and `git apply` take."""

import difflib
from collections.abc import Iterator

from dfopt.syntax.parser import decode

_NO_LINE_END = "\\ No newline at end of file"


def unified_diff(path: str, before: bytes, after: bytes) -> str:
    """The difference between two versions of a file, empty where there is none; lines end at line feeds only."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join([line if line.endswith("\n") else f"{line}\n{_NO_LINE_END}\n" for line in lines])


def _lines(data: bytes) -> list[str]:
    return list(_split(decode(data)))


def _split(text: str) -> Iterator[str]:
    start = 0
    while end := text.find("\n", start) + 1:
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]
