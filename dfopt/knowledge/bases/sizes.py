"""Measured sizes of base images, from ``data/base-sizes.json``."""

import datetime
from collections.abc import Iterator
from functools import lru_cache

from dfopt.frozen import frozen
from dfopt.knowledge.bases.base import Base, Kind
from dfopt.knowledge.bases.tags import codename
from dfopt.knowledge.data_files import read_json


@frozen()
class Size:
    """Bytes of one image for linux/amd64: as transferred and on disk, each None where not known.

    ``reference`` is the tag that was measured, on ``date``; it may stand for a neighbour (see `size`).
    """

    reference: str
    compressed: int | None
    uncompressed: int | None
    date: datetime.date


@lru_cache(1024)
def size(base: Base) -> Size | None:
    """The size of the base, or of a tag that stands for the same variant of its version.

    ``node:22.3.0-slim`` is answered by ``node:22-bookworm-slim``: a figure of the right size, not of the
    same build. None where nothing near it was measured.
    """
    table = read_json("base-sizes.json")["sizes"]
    for tag in _near_tags(base):
        reference = f"{base.image}:{tag}"
        if reference in table:
            entry = table[reference]
            date = datetime.date.fromisoformat(entry["date"])
            return Size(reference, entry["compressed"], entry["uncompressed"], date)
    return None


def _near_tags(base: Base) -> Iterator[str]:
    """The tag and its shorter versions, each also with the release's name put in or taken out."""
    name = codename(base.family, base.release)
    first, *words = (base.reference.tag or "latest").split("-")
    if base.kind is Kind.DISTRIBUTION and base.release:
        first = base.release
    bare = [word for word in words if word != name]
    while first:
        yield "-".join([first, *words])
        yield "-".join([first, *bare])
        if name:
            yield "-".join([first, name, *bare])
            yield "-".join([first, *bare, name])
        first = first.rpartition(".")[0]
