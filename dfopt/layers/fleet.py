"""What a fleet is: images, each a chain of layers from the base upwards, whatever they were read from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Basis(StrEnum):
    """How the bytes of a layer are known."""

    MEASURED = "measured"  # unpacked bytes, read from the layer itself
    COMPRESSED = "compressed"  # bytes in a registry
    CATALOGUE = "catalogue"  # of packages and bases that dfopt knows
    ESTIMATE = "estimate"


class WasteKind(StrEnum):
    """Why bytes that ship are of no use."""

    OVERWRITTEN = "overwritten"
    DELETED = "deleted"
    DUPLICATED = "duplicated"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an instruction stands: the path of its Dockerfile, and its line, counted from 1."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class File:
    """A file in a layer: its path in the image, and its bytes."""

    path: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Waste:
    """One copy of a path that several layers of an image have, in `layer`, counted from the image's lowest as 0.

    What is overwritten or deleted ships for nothing. The copy that stays is `duplicated`: dive, whose measure this is,
    counts it too, though it could only be saved with the others.
    """

    path: str
    bytes: int
    kind: WasteKind
    layer: int


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of an image.

    Attributes:
        id: what names its content: a diff id or a digest, or, for a layer that was never built, a digest over the
            layers below, the instruction and what it reads. Two layers with one id are stored once.
        instruction: what made it, as a Dockerfile or the image's history has it.
        bytes: its size; None where it is not known. Instructions that change no file make no layer here.
        basis: how `bytes` is known; None where they are not.
        place: the instruction, if its Dockerfile is at hand.
        files: what it adds, if that is known, largest first; a few thousand at most.
    """

    id: str
    instruction: str
    bytes: int | None
    basis: Basis | None
    place: Place | None = None
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """An image: a name that says where it comes from, its platform (`linux/amd64`), and its layers, base first."""

    name: str
    platform: str
    layers: tuple[Layer, ...]
    waste: tuple[Waste, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read: where, and what to do."""

    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class Fleet:
    """Images, and what could not be read on the way."""

    images: tuple[Image, ...]
    problems: tuple[Problem, ...] = ()
