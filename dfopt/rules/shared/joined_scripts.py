"""A script as the shell gets it, with the way back to the bytes of the file."""

from bisect import bisect_right

from dfopt.syntax.continuations import CONTINUATIONS
from dfopt.syntax.shell import Script


class JoinedScript:
    """The text of a script without the Dockerfile's continuations, and without carriage returns at the ends of lines.

    Positions in `text` count characters; those in the file are bytes.
    """

    def __init__(self, script: Script) -> None:
        self._start = script.start
        self._raw = script.text
        head = len(script.source.data[: script.source.head].decode("utf-8", "surrogateescape"))
        pieces: list[str] = []
        self._places: list[int] = []
        self._raws: list[int] = []
        length = at = 0
        for start, end in [*self._removed(head, script.source.escape), (len(self._raw), len(self._raw))]:
            self._places.append(length)
            self._raws.append(at)
            pieces.append(self._raw[at:start])
            length += start - at
            at = end
        self.text = "".join(pieces)

    def offset(self, character: int) -> int:
        """The byte of the file that a character starts at."""
        piece = bisect_right(self._places, character) - 1
        return self._byte(self._raws[piece] + character - self._places[piece])

    def offset_behind(self, character: int) -> int:
        """The byte of the file behind the character in front of a position."""
        if character == 0:
            return self.offset(0)
        piece = bisect_right(self._places, character - 1) - 1
        return self._byte(self._raws[piece] + character - self._places[piece])

    def is_whole(self, start: int, end: int) -> bool:
        """Whether the characters between two positions stand side by side in the file."""
        return start == end or bisect_right(self._places, start) == bisect_right(self._places, end - 1)

    def _removed(self, head: int, escape: str) -> list[tuple[int, int]]:
        found = [match.span() for match in CONTINUATIONS[escape].finditer(self._raw[:head])]
        at = head
        while (at := self._raw.find("\r\n", at)) >= 0:
            found.append((at, at + 1))
            at += 1
        return found

    def _byte(self, character: int) -> int:
        return self._start + len(self._raw[:character].encode("utf-8", "surrogateescape"))
