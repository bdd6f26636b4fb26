"""What is to be known of a fleet: what its images share, what they store twice, and what they could share."""

from dataclasses import dataclass
from enum import StrEnum

from dfopt.layers.fleet import Basis, Image, Layer, Place, Problem


class ProposalKind(StrEnum):
    """What makes layers one that are two now."""

    SORTED = "sorted"  # the packages of an installation in the same order
    EARLIER = "earlier"  # an instruction that stands nearer to the base
    BASE = "base"  # a common base


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes `start` to `end` of the Dockerfile at `path` become `text`; a file that is not there yet is all `text`."""

    path: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that makes the fleet smaller.

    Attributes:
        kind: what is done.
        message: one sentence that says what to do.
        bytes: what is stored less once it is done; None where that is not known.
        basis: how `bytes` is known, by the least sure of the layers that count; None where they are not.
        images: the names of the images that it is about, in order.
        places: the instructions that it is about.
        changes: the edits that do it, where the Dockerfiles are at hand.
    """

    kind: ProposalKind
    message: str
    bytes: int | None
    basis: Basis | None
    images: tuple[str, ...]
    places: tuple[Place, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A layer in the tree of all images: what stands on the same layers below and is the same is one node.

    `images` are the names of those that have it, in order; `children` the layers that stand on it, the largest first.
    """

    layer: Layer
    images: tuple[str, ...]
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """All that is told of a fleet.

    Attributes:
        images: by name.
        tree: the lowest layers; what stands on them is below each.
        sum_bytes: what all images would take if each were stored apart.
        stored_bytes: what they take, each layer once.
        ratio: the share of `sum_bytes` that is not stored, from 0 to 1; 0 for a fleet without bytes.
        unsized: the number of different layers whose bytes are not known and so are in neither sum.
        proposals: what would save bytes, the most first.
        problems: what could not be read.
    """

    images: tuple[Image, ...]
    tree: tuple[Node, ...]
    sum_bytes: int
    stored_bytes: int
    ratio: float
    unsized: int
    proposals: tuple[Proposal, ...] = ()
    problems: tuple[Problem, ...] = ()
