"""How large the boxes of a layout are drawn: widths by columns, heights by bytes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from dfopt.layers.picture.layout import Box

_LEAST_HEIGHT = 3.0
_NAMED_HEIGHT = 18.0
_UNKNOWN_HEIGHT = 24.0
_LEAST_WIDTH = 6.0
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Shape:
    """A box as it is drawn: its lower and upper edge in units above the ground."""

    box: Box
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """Neighbouring columns that are too narrow for boxes: an outline on `bottom`.

    `tops` and `wastes` have, for each column, its upper edge and the height of the waste below it.
    """

    first: int
    end: int
    images: int
    bottom: float
    tops: tuple[float, ...]
    wastes: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A layout in units: `column` is the width of one image, `byte` the height of one byte."""

    column: float
    byte: float
    shapes: tuple[Shape, ...]
    crowds: tuple[Crowd, ...]


def fitted(boxes: Sequence[Box], width: float, height: float) -> Drawing:
    """The layout, made to fill `width` and `height`; layers without many bytes are higher than their share."""
    column = width / max((box.end for box in boxes), default=1)
    byte, measure = _measure(boxes, height)
    shapes = [Shape(box, top - measure(box), top) for box, top in zip(boxes, _tops(boxes, measure), strict=True)]
    is_wide = [(box.end - box.first) * column >= _LEAST_WIDTH for box in boxes]
    wide = [shape for shape, fits in zip(shapes, is_wide, strict=True) if fits]
    return Drawing(column, byte, tuple(wide), tuple(_crowds(shapes, is_wide, byte)))


def _measure(boxes: Sequence[Box], height: float) -> tuple[float, Callable[[Box], float]]:
    """The height of a byte, and of any box, with which the highest pile is as high as the picture.

    Not more than half of the picture goes to boxes that are higher than their bytes: a quarter to those of several
    images, a quarter to those of one.
    """
    least = _least_heights([(box, box.uses > 1) for box in boxes], height / 4)
    least |= _least_heights([(box, box.uses <= 1) for box in boxes], height / 4)
    most_bytes = max(_tops(boxes, lambda box: float(box.layer.bytes or 0)), default=0.0)
    byte = height / most_bytes if most_bytes else 0.0

    def measure(box: Box) -> float:
        return max(least[id(box)], (box.layer.bytes or 0) * byte)

    for _ in range(_ROUNDS if byte else 0):
        byte *= height / max(_tops(boxes, measure))
    return byte, measure


def _least_heights(boxes: Sequence[tuple[Box, bool]], most: float) -> dict[int, float]:
    """By its identity, how high each marked box is at least; no pile of them is higher than `most`."""
    wanted = {id(box): _least(box) for box, is_marked in boxes if is_marked}
    highest = max(_tops([box for box, _ in boxes], lambda box: wanted.get(id(box), 0.0)), default=0.0)
    room = most / max(most, highest)
    return {name: size * room for name, size in wanted.items()}


def _least(box: Box) -> float:
    """Thinner boxes can't be seen, or their names not be read."""
    if box.layer.bytes is None:
        return _UNKNOWN_HEIGHT
    return _NAMED_HEIGHT if box.images and not box.is_leaf else _LEAST_HEIGHT


def _tops(boxes: Sequence[Box], measure: Callable[[Box], float]) -> list[float]:
    """The upper edge of each box."""
    tops: list[float] = []
    for box in boxes:
        tops.append((tops[box.parent] if box.parent >= 0 else 0.0) + measure(box))
    return tops


def _crowds(shapes: Sequence[Shape], is_wide: Sequence[bool], byte: float) -> Iterator[Crowd]:
    """One for each run of narrow boxes beside each other on the same box, or on the ground."""
    narrow = defaultdict[int, list[Shape]](list)
    roots = dict[int, int]()
    for index, shape in enumerate(shapes):
        if not is_wide[index]:
            parent = shape.box.parent
            roots[index] = roots.get(parent, parent)
            narrow[roots[index]].append(shape)
    for members in narrow.values():
        yield from _outlines(members, byte)


def _outlines(members: Sequence[Shape], byte: float) -> Iterator[Crowd]:
    columns = sorted({column for shape in members for column in range(shape.box.first, shape.box.end)})
    bottom = min(shape.bottom for shape in members)
    tops, wastes, images = defaultdict[int, float](float), defaultdict[int, float](float), defaultdict[int, int](int)
    for shape in members:
        images[shape.box.first] += len(shape.box.images)
        for column in range(shape.box.first, shape.box.end):
            tops[column] = max(tops[column], shape.top)
        for band in shape.box.bands:
            for column in range(band.first, band.end):
                wastes[column] += band.bytes * byte
    for first, end in _runs(columns):
        run = range(first, end)
        yield Crowd(
            first,
            end,
            sum(images[column] for column in run),
            bottom,
            tuple(tops[column] for column in run),
            tuple(min(wastes[column], tops[column] - bottom) for column in run),
        )


def _runs(columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow each other, as the first and the one after the last."""
    for _, same in groupby(enumerate(columns), key=lambda each: each[1] - each[0]):
        run = [column for _, column in same]
        yield run[0], run[-1] + 1
