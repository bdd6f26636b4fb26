"""Where a thing stands in a file."""

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from dfopt.cached import cached_property


class Position(NamedTuple):
    """A place between two characters.

    `line` and `column` count from 1, `column` in Unicode code points; `offset` counts bytes from 0.  A byte that is not
    UTF-8 counts as one code point.
    """

    line: int
    column: int
    offset: int


class Span(NamedTuple):
    """From the first character of a thing up to the place behind its last one."""

    start: Position
    end: Position


_new = tuple.__new__
"""Makes named tuples without the function in between that they have for arguments by name."""

BEGINNING = Position(1, 1, 0)

NOWHERE = Span(Position(0, 0, 0), Position(0, 0, 0))
"""The span of a token that was made by hand and never stood in a file."""


class Lines:
    """The lines of a text, to turn character indices and byte offsets into positions.

    Only a line feed ends a line, as BuildKit has it.
    """

    __slots__ = ("__dict__", "_ascii", "_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._ascii = text.isascii()
        lengths = [len(line) + 1 for line in text.split("\n")]
        self._starts = list(accumulate(lengths[:-1], initial=0))

    def position(self, index: int) -> Position:
        """The position of the character at `index`."""
        starts = self._starts
        line = bisect_right(starts, index)
        start = starts[line - 1]
        if self._ascii:
            return _new(Position, (line, index - start + 1, index))
        offset = self._byte_starts[line - 1] + byte_length(self._text[start:index])
        return Position(line, index - start + 1, offset)

    def position_of_byte(self, offset: int) -> Position:
        """The position of the character that the byte at `offset` belongs to."""
        if self._ascii:
            return self.position(offset)
        line = bisect_right(self._byte_starts, offset)
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        head = self._text[start:end].encode("utf-8", "surrogateescape")[: offset - self._byte_starts[line - 1]]
        return Position(line, len(head.decode("utf-8", "surrogateescape")) + 1, offset)

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from index `start` up to `end`."""
        starts = self._starts
        line = bisect_right(starts, start)
        if not self._ascii or (line < len(starts) and starts[line] <= end):
            return Span(self.position(start), self.position(end))
        before = starts[line - 1] - 1
        return _new(Span, (_new(Position, (line, start - before, start)), _new(Position, (line, end - before, end))))

    def span_of_bytes(self, start: int, end: int) -> Span:
        """The span of the bytes from offset `start` up to `end`."""
        return self.span(start, end) if self._ascii else Span(self.position_of_byte(start), self.position_of_byte(end))

    @cached_property
    def _byte_starts(self) -> list[int]:
        lengths = [byte_length(line) + 1 for line in self._text.split("\n")]
        return list(accumulate(lengths[:-1], initial=0))


def byte_length(text: str) -> int:
    """The number of bytes that a text was decoded from."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


def advance(position: Position, text: str) -> Position:
    """The position behind a text that starts at `position`."""
    line, column, offset = position
    feeds = text.count("\n")
    column = len(text) - text.rindex("\n") if feeds else column + len(text)
    return Position(line + feeds, column, offset + byte_length(text))
