"""Places in a file as an editor counts them: lines and characters from 0, these in the units that it asked for."""

import re
from bisect import bisect_right

from lsprotocol.types import Position, PositionEncodingKind, Range

from dfopt.syntax.positions import byte_length

_LINE_END = re.compile(r"\r\n|\n|\r")


class Places:
    """The places of a text; editors end a line at a lone carriage return too, which a Dockerfile does not."""

    def __init__(self, text: str, encoding: PositionEncodingKind | str | None) -> None:
        self._text = text
        self._data = text.encode("utf-8", "surrogatepass")
        self._encoding = encoding
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(text))]

    def range(self, start: int, end: int) -> Range:
        """From one byte offset to another."""
        return Range(self.position(start), self.position(end))

    def position(self, offset: int) -> Position:
        """The position of a byte."""
        index = len(self._data[:offset].decode("utf-8", "surrogatepass"))
        line = bisect_right(self._starts, index) - 1
        return Position(line, self._units(self._text[self._starts[line] : index]))

    def offset(self, position: Position) -> int:
        """The byte at a position; in a line or a text that is shorter, its end."""
        if position.line >= len(self._starts):
            return len(self._data)
        start = self._starts[position.line]
        following = self._starts[position.line + 1] if position.line + 1 < len(self._starts) else len(self._text)
        end = start
        while end < following and self._units(self._text[start : end + 1]) <= position.character:
            end += 1
        return byte_length(self._text[:end])

    def _units(self, text: str) -> int:
        if self._encoding == PositionEncodingKind.Utf8:
            return byte_length(text)
        if self._encoding == PositionEncodingKind.Utf32:
            return len(text)
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
