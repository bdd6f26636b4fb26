"""What layers weigh on the base that they stand on, by the catalogues."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from dfopt.frozen import frozen
from dfopt.layers.fleet import Basis
from dfopt.layers.recipes import Install, Weight
from dfopt.rules.shared.bases import identified
from dfopt.rules.shared.prices import present_in

if TYPE_CHECKING:
    from dfopt.knowledge.bases import Base

_SURENESS = (Basis.MEASURED, Basis.COMPRESSED, Basis.CATALOGUE, Basis.ESTIMATE)


@frozen()
class Size:
    """Bytes, and how they are known."""

    bytes: int
    basis: Basis


@frozen()
class Ground:
    """What an image stands on at a layer: the reference of its lowest base, and the packages put on it since.

    `added` are those of the layer itself, `below` is the ground of the layer that it stands on.
    """

    reference: str | None
    below: "Ground | None" = None
    added: frozenset[str] = frozenset()

    def packages(self) -> frozenset[str] | None:
        """All packages that are there; None where the catalogue does not know the base."""
        found = present_in(self.reference) if self.reference else None
        if found is None:
            return None
        added: set[str] = set()
        ground: Ground | None = self
        while ground:
            added |= ground.added
            ground = ground.below
        return found | added if added else found


def size_of_base(reference: str) -> Size | None:
    """The unpacked bytes of a base image; an estimate where it is the size of a neighbour's tag."""
    from dfopt.knowledge.bases import Kind, size

    base = identified(reference)
    if base is None:
        return None
    if base.kind is Kind.SCRATCH:
        return Size(0, Basis.MEASURED)
    found = size(base)
    if found is None or found.uncompressed is None:
        return None
    is_exact = found.reference == f"{base.image}:{_numbered_tag(base)}"
    return Size(found.uncompressed, Basis.CATALOGUE if is_exact else Basis.ESTIMATE)


def _numbered_tag(base: "Base") -> str:
    """The tag with a distribution's release as a number: `12-slim` for `bookworm-slim`."""
    from dfopt.knowledge.bases.tags import codename

    first, dash, rest = (base.reference.tag or "latest").partition("-")
    is_name = base.release is not None and first == codename(base.family, base.release)
    return f"{base.release if is_name else first}{dash}{rest}"


def size_of_lists(ground: Ground) -> Size | None:
    """What `apt-get update` leaves behind."""
    from dfopt.knowledge.packages import lists_bytes

    suite = _suite(ground.reference) if ground.reference else None
    size = lists_bytes(suite[0]) if suite else None
    return Size(size, suite[1]) if suite and size else None


def weigh(weight: Weight, ground: Ground) -> tuple[Size | None, Ground]:
    """The bytes of a layer, None where they are not known, and the ground that the next one finds."""
    installed, above = _installed(weight.installs, ground)
    if not weight.is_known or installed is None:
        return None, above
    parts = [installed] if weight.installs else []
    if weight.basis:
        parts.append(Size(weight.bytes, weight.basis))
    if weight.lists:
        lists = size_of_lists(ground)
        if lists is None:
            return None, above
        parts.append(lists)
    return Size(sum(part.bytes for part in parts), weakest(part.basis for part in parts)), above


def weakest(bases: Iterable[Basis]) -> Basis:
    """The least sure of several; an estimate where there is none."""
    return max(bases, key=_SURENESS.index, default=Basis.ESTIMATE)


def suite_of(reference: str) -> str | None:
    """The Debian suite whose packages price what is installed on a base."""
    found = _suite(reference)
    return found[0] if found else None


def _installed(installs: tuple[Install, ...], ground: Ground) -> tuple[Size | None, Ground]:
    from dfopt.knowledge.packages import closure

    suite = _suite(ground.reference) if ground.reference and installs else None
    already = ground.packages() if suite else None
    if suite is None or already is None:
        return (None if installs else Size(0, Basis.CATALOGUE)), ground
    total, basis = 0, suite[1]
    before = already
    for install in installs:
        found = closure(suite[0], install.names, recommends=install.recommends, already=already)
        if found.unknown:
            return None, ground
        total += found.installed_bytes
        already |= {package.name for package in found.packages}
        basis = Basis.ESTIMATE if found.replaced or install.is_pinned else basis
    return Size(total, basis), Ground(ground.reference, ground, already - before)


@lru_cache(1024)
def _suite(reference: str) -> tuple[str, Basis] | None:
    from dfopt.knowledge.packages import pricing

    base = identified(reference)
    found = pricing(base) if base else None
    return (found.suite, Basis(found.basis.value)) if found else None
