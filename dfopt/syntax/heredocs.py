"""The heredoc marks of an instruction's line, as BuildKit finds them (`frontend/dockerfile/parser`)."""

import re

from dfopt.frozen import frozen
from dfopt.syntax.words import WordError, WordReader

_MARK = re.compile(r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)")
_MAX_DESCRIPTOR = 2**64 - 1
_ESCAPE = "\\"  # whatever the file's escape directive says


@frozen()
class HeredocMark:
    """One `<<NAME`: the line that ends its body, and how the body is read.

    `expand` is False when any part of the name is quoted, `chomp` is True for `<<-` (leading tabs are
    dropped), `descriptor` is the number before `<<`, 0 when there is none.
    """

    name: str
    expand: bool
    chomp: bool
    descriptor: int


def heredocs(line: str) -> list[HeredocMark]:
    """The marks of an instruction's whole line (continuations joined), in the order of their bodies.

    A mark is a word of its own: `cat <<EOF` has one, `cat<<EOF` has none. A line whose quotes or
    substitutions are malformed has none either.
    """
    if "<<" not in line:
        return []
    try:
        words = WordReader(line, {}, _ESCAPE, keep_quotes=True, keep_escapes=True, keep_unset=True).split()
    except WordError:
        return []
    marks = (_mark(word) for word in words if "<<" in word)
    return [mark for mark in marks if mark]


def _mark(word: str) -> HeredocMark | None:
    match = _MARK.fullmatch(word)
    if not match:
        return None
    descriptor, dash, rest = match.groups()
    names = WordReader(rest, {}, _ESCAPE, keep_unset=True).split()
    if len(names) != 1:
        return None
    quoted = WordReader(rest, {}, _ESCAPE, keep_quotes=True, keep_unset=True).split()
    return HeredocMark(
        name=names[0],
        expand=_quotes(names[0]) == _quotes("".join(quoted)),
        chomp=dash == "-",
        descriptor=_descriptor(descriptor),
    )


def _descriptor(digits: str) -> int:
    """The number, which Go caps at 64 bits."""
    significant = digits.lstrip("0") or "0"
    return min(int(significant[:20]), _MAX_DESCRIPTOR)


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')
