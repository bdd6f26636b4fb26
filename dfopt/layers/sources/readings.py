"""What sources give while they are read: each name once, with the images that it stands for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from dfopt.layers.fleet import Fleet, Image, Problem


@dataclass(frozen=True, slots=True)
class Found:
    """An image, and the digest that names it to its source; empty where the source has none."""

    digest: str
    image: Image


@dataclass(frozen=True, slots=True)
class Reading:
    """What one name of a source stands for.

    Attributes:
        name: `HOST/REPOSITORY:TAG`, an engine's name for an image, or the name of a Dockerfile's image.
        digest: what the source says that the name stands for now; empty where not all of it could be read.
        found: the images, one for each platform.
        unchanged: the name still stands for `digest`, which was known, so nothing was read.
        partial: the source could not be listed to its end, so names may be missing.
    """

    name: str
    digest: str = ""
    found: tuple[Found, ...] = ()
    problems: tuple[Problem, ...] = ()
    unchanged: bool = False
    partial: bool = False

    @classmethod
    def failed(cls, name: str, error: Exception, *, partial: bool = False) -> "Reading":
        """The reading of a name that gave nothing but an error."""
        return cls(name, problems=(Problem(name, str(error)),), partial=partial)


class Known(Protocol):
    """What was read before; its methods are called from many threads."""

    def digest(self, name: str) -> str:
        """What the name stood for when all of it was read; empty if it never was."""

    def image(self, digest: str) -> Image | None:
        """The image that a digest names, under whatever name it was read."""


class _Nothing:
    def digest(self, name: str) -> str:  # noqa: ARG002
        return ""

    def image(self, digest: str) -> Image | None:  # noqa: ARG002
        return None


NOTHING: Known = _Nothing()


def fleet_of(readings: Iterator[Reading]) -> Fleet:
    """All that sources give, at once in memory."""
    images: list[Image] = []
    problems: list[Problem] = []
    for reading in readings:
        images += (found.image for found in reading.found)
        problems += reading.problems
    return Fleet(tuple(images), tuple(problems))


def readings_of(fleet: Fleet) -> Iterator[Reading]:
    """A fleet as what sources give: its problems, and then its images, one name after the other."""
    for problem in fleet.problems:
        yield Reading(problem.subject, problems=(problem,))
    ordered = sorted(fleet.images, key=lambda image: image.name)
    for name, images in groupby(ordered, key=lambda image: image.name):
        yield Reading(name, found=tuple(Found("", image) for image in images))
