"""The here-documents of a shell script, taken out before the grammar sees it.

tree-sitter-bash gives the bodies of several here-documents on a line to the wrong ones, and fails on `<<EOF >f;` and
on `<<EOF cat`. It reads a plain redirection from a file at each of these places without fault.
"""

import re

from dfopt.frozen import frozen

_TOKEN = re.compile(
    rb"""
      \\. | '[^']*+' | "(?:[^"\\]++|\\.)*"                 # escaped and quoted: no here-document starts there
    | \(\([^()\n]*+\)\) | <<<                             # a shift in arithmetic, a here-string
    | (?:(?<=[\s;&|()])|\A)\#[^\n]*+                      # a comment
    | (?P<operator><<-?)[ \t]*+(?P<name>(?>(?:'[^']*+'|"[^"]*+"|\\.|[^\s;&|()<>'"\\])+))
    | (?P<newline>\n)
    """,
    re.DOTALL | re.VERBOSE,
)
_QUOTING = re.compile(rb"['\"\\]")


@frozen()
class HeredocBody:
    """Where the body of a here-document is in the script; `expands` unless a part of its name is quoted."""

    operator: str
    expands: bool
    start: int
    end: int


def take_out(source: bytes) -> tuple[bytes, dict[int, HeredocBody]]:
    """The script with `<` and blanks for every `<<` and blanks for every body, and the bodies.

    They are found by the offset of their operator. A body that no line ends reaches to the end of the script.
    """
    if b"<<" not in source:
        return source, {}
    found: dict[int, HeredocBody] = {}
    masked = bytearray(source)
    pending: list[re.Match[bytes]] = []
    at = 0
    while token := _TOKEN.search(source, at):
        at = token.end()
        if token["operator"]:
            pending.append(token)
        elif token["newline"]:
            for mark in pending:
                end, behind = _terminator(source, mark, at)
                name = mark["name"]
                found[mark.start()] = HeredocBody(mark["operator"].decode(), not _QUOTING.search(name), at, end)
                length = len(mark["operator"])
                masked[mark.start() : mark.start() + length] = b"<".ljust(length)
                masked[at:behind] = b" " * (behind - at)
                at = behind
            pending.clear()
    return bytes(masked), found


def _terminator(source: bytes, mark: re.Match[bytes], at: int) -> tuple[int, int]:
    """Where the body that starts at `at` ends, and where the line behind it does."""
    name = re.escape(_QUOTING.sub(b"", mark["name"]))
    tabs = rb"\t*" if mark["operator"] == b"<<-" else b""
    line = re.compile(rb"^" + tabs + name + rb"\r?(?:\n|\Z)", re.MULTILINE).search(source, at)
    return line.span() if line else (len(source), len(source))
