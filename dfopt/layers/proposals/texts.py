"""How proposals speak of instructions and places."""

from collections.abc import Sequence

from dfopt.layers.fleet import Place

_ROOM = 60
_SHOWN = 3


def quoted(instruction: str) -> str:
    """The beginning of an instruction, in backquotes."""
    return f"`{instruction}`" if len(instruction) <= _ROOM else f"`{instruction[: _ROOM - 1]}…`"


def spoken(places: Sequence[Place]) -> str:
    """The files of the first places, and how many more there are."""
    paths = list(dict.fromkeys(place.path for place in places))
    more = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
