"""Changes to a file as byte spans on its one immutable source."""

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace the bytes from offset `start` up to `end` by `text`; `start` equals `end` where text is inserted."""

    start: int
    end: int
    text: str


class OverlapError(ValueError):
    """Two edits change the same bytes, or insert at the same place."""


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes after all edits; raises OverlapError, and ValueError where an edit lies outside the bytes."""
    ordered = sorted(edits)
    parts = []
    at = 0
    for before, edit in zip([None, *ordered], ordered, strict=False):
        if not 0 <= edit.start <= edit.end <= len(data):
            raise ValueError(f"{edit} lies outside the {len(data)} bytes of the file")
        if before is not None and overlap(before, edit):
            raise OverlapError(f"{before} and {edit} change the same place")
        parts += [data[at : edit.start], edit.text.encode("utf-8", "surrogateescape")]
        at = edit.end
    return b"".join([*parts, data[at:]])


def overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits can't both be applied: they share bytes, or both begin at one place."""
    return one.start == other.start or (one.start < other.end and other.start < one.end)
