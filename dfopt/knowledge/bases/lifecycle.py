"""Until when releases are supported.

The date is the last on which a project itself gives security fixes free of charge: Debian's LTS counts, paid
extensions such as Ubuntu's ESM don't. The data and its date stand in ``data/lifecycles.json``.
"""

import datetime
from collections.abc import Iterator
from functools import lru_cache

from dfopt.frozen import frozen
from dfopt.knowledge.bases.base import Base
from dfopt.knowledge.bases.cycles import cycle_of
from dfopt.knowledge.bases.tags import official_end
from dfopt.knowledge.data_files import read_json
from dfopt.knowledge.distroless import contents


@frozen()
class Lifecycle:
    """One release of one product: ``debian`` ``8``. ``end`` is None while no last day is set.

    The product ``image`` is an official image's tag (``openjdk:8``): on ``end`` it left the list of images
    that are rebuilt, so that its packages have had no fixes since.
    """

    product: str
    cycle: str
    end: datetime.date | None


def end_of_life(base: Base, on: datetime.date) -> datetime.date | None:
    """The day from which the base has been out of support, when that is `on` or before; else None.

    None also where nothing is known, and for moving tags, which mean a newer release by then.
    """
    ends = [cycle.end for cycle in lifecycles(base) if cycle.end is not None and cycle.end < on]
    return min(ends, default=None)


@lru_cache(1024)
def lifecycles(base: Base) -> tuple[Lifecycle, ...]:
    """The releases a base is made of, as far as its tag fixes them: the distribution's, the language's."""
    return tuple(_lifecycles(base))


def _lifecycles(base: Base) -> Iterator[Lifecycle]:
    distroless = contents(str(base.reference))
    if distroless and base.states_release:
        yield Lifecycle("distroless", distroless.image, distroless.supported_until)
    own = lifecycle(base.product, base.version) if base.product and base.version else None
    if own:
        yield own
    last_built = official_end(base.image, own.cycle) if own else None
    if own and last_built:
        yield Lifecycle("image", f"{base.image}:{own.cycle}", datetime.date.fromisoformat(last_built))
    if base.release and not base.is_moving and (base.states_release or last_built):
        family = read_json("bases.json")["families"].get(base.family, {})
        below = lifecycle(family["product"], base.release) if family.get("product") else None
        if below:
            yield below


def lifecycle(product: str, version: str) -> Lifecycle | None:
    """The release of `product` that `version` belongs to: ``3.6.8`` to Python 3.6, ``7`` to the last PHP 7."""
    cycles: dict[str, str | None] | None = read_json("lifecycles.json")["products"].get(product)
    if not cycles:
        return None
    cycle = cycle_of(product, version)
    if cycle:
        return _lifecycle(product, cycle, cycles[cycle])
    series = [name for name in cycles if name.startswith(f"{version}.")]
    if series:
        newest = max(series, key=_numbers)
        return _lifecycle(product, newest, cycles[newest])
    oldest = min(cycles, key=_numbers)
    return _lifecycle(product, version, cycles[oldest]) if _numbers(version) < _numbers(oldest) else None


def _lifecycle(product: str, cycle: str, end: str | None) -> Lifecycle:
    return Lifecycle(product, cycle, datetime.date.fromisoformat(end) if end else None)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))
