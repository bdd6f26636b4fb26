"""Measured sizes of base images, from ``data/base-sizes.json``."""

import datetime
from dataclasses import dataclass

from dfopt.knowledge.bases.base import Base
from dfopt.knowledge.data_files import read_json


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of one image for linux/amd64: as transferred and on disk, each None where not known.

    ``reference`` is the tag that was measured, on ``date``; it may stand for a neighbour (see `size`).
    """

    reference: str
    compressed: int | None
    uncompressed: int | None
    date: datetime.date


def size(base: Base) -> Size | None:
    """The size of the base or, where only that is known, of the same variant of its version's shorter tags.

    ``node:20.11.1-slim`` is answered by ``node:20-slim``: a figure of the right size, not of the same build. None
    where nothing near it was measured.
    """
    table = read_json("base-sizes.json")["sizes"]
    for key in _keys(base):
        if key in table:
            entry = table[key]
            date = datetime.date.fromisoformat(entry["date"])
            return Size(key, entry["compressed"], entry["uncompressed"], date)
    return None


def _keys(base: Base) -> list[str]:
    tag = base.reference.tag or "latest"
    keys = [f"{base.image}:{tag}"]
    first, dash, rest = tag.partition("-")
    while "." in first:
        first = first.rpartition(".")[0]
        keys.append(f"{base.image}:{first}{dash}{rest}")
    if base.states_release and base.kind == "distribution" and base.release:
        keys.append(f"{base.image}:{base.release}{'-slim' if base.variant == 'slim' else ''}")
    return keys
