"""Where each layer stands in the picture: the base below, and a column for each image that no other stands on."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from dfopt.layers.answers import Answers, Node
from dfopt.layers.fleet import Image, Layer
from dfopt.layers.sharing import users


@dataclass(frozen=True, slots=True)
class Band:
    """Waste in a layer, as the images of columns `first` to `end` have it."""

    first: int
    end: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Box:
    """A layer in the picture.

    Attributes:
        layer: what it shows.
        parent: the index of the box that it stands on; -1 for the lowest.
        depth: the number of boxes below it.
        uses: the number of the fleet's images that have the layer, wherever it stands in them.
        is_leaf: whether nothing stands on it.
        first: its first column.
        end: the column after its last.
        images: the indexes of the images that end here.
        bands: waste in it, from left to right.
    """

    layer: Layer
    parent: int
    depth: int
    uses: int
    is_leaf: bool
    first: int
    end: int
    images: tuple[int, ...]
    bands: tuple[Band, ...]


class _Spot(NamedTuple):
    layer: Layer
    parent: int
    depth: int


def arrange(answers: Answers) -> tuple[Box, ...]:
    """The boxes, each before those on it and from left to right: what most images stand on first, then the largest."""
    spots = list(_spots(answers.tree))
    leaves = set(range(len(spots))) - {spot.parent for spot in spots}
    columns = _columns(spots, leaves)
    endings = _endings(spots, answers.images)
    bands = _bands(spots, {index: answers.images[endings[index][0]] for index in leaves if endings[index]}, columns)
    uses = users(answers.images)
    return tuple(
        Box(
            *spot,
            uses[spot.layer.id],
            index in leaves,
            *columns[index],
            tuple(endings[index]),
            tuple(bands[index]),
        )
        for index, spot in enumerate(spots)
    )


def _spots(tree: tuple[Node, ...]) -> Iterator[_Spot]:
    """Each node of the tree before its children; without recursion, as a chain may be longer than Python's stack."""
    weights = _weights(tree)

    def from_right(nodes: tuple[Node, ...]) -> list[Node]:
        return sorted(nodes, key=lambda node: (weights[id(node)], node.images))[::-1]

    waiting = [(node, -1, 0) for node in from_right(tree)]
    index = 0
    while waiting:
        node, parent, depth = waiting.pop()
        yield _Spot(node.layer, parent, depth)
        waiting += [(child, index, depth + 1) for child in from_right(node.children)]
        index += 1


def _weights(tree: tuple[Node, ...]) -> dict[int, tuple[int, int]]:
    """By the identity of a node, what sorts the heaviest first: its columns, and the bytes of its highest pile."""
    order, waiting = list[Node](), list(tree)
    while waiting:
        order.append(waiting.pop())
        waiting += order[-1].children
    weights: dict[int, tuple[int, int]] = {}
    for node in reversed(order):
        above = [weights[id(child)] for child in node.children]
        columns = sum(columns for columns, _ in above) or -1
        weights[id(node)] = columns, min((height for _, height in above), default=0) - (node.layer.bytes or 0)
    return weights


def _columns(spots: Sequence[_Spot], leaves: set[int]) -> list[tuple[int, int]]:
    """The first column of each spot and the one after its last: a leaf has one, any other all those above it."""
    firsts, ends, column = list[int](), [0] * len(spots), 0
    for index in range(len(spots)):
        firsts.append(column)
        column += index in leaves
        ends[index] = column
    for index in range(len(spots) - 1, -1, -1):
        parent = spots[index].parent
        if parent >= 0:
            ends[parent] = max(ends[parent], ends[index])
    return list(zip(firsts, ends, strict=True))


def _endings(spots: Sequence[_Spot], images: Sequence[Image]) -> defaultdict[int, list[int]]:
    """By spot, the images whose uppermost layer it is."""
    indexes = {(spot.parent, spot.layer.id): index for index, spot in enumerate(spots)}
    endings = defaultdict[int, list[int]](list)
    for number, image in enumerate(images):
        index = -1
        for layer in image.layers:
            index = indexes[index, layer.id]
        endings[index].append(number)
    return endings


def _bands(
    spots: Sequence[_Spot], ends: dict[int, Image], columns: Sequence[tuple[int, int]]
) -> defaultdict[int, list[Band]]:
    """By spot, the waste that the images which end the columns have in it."""
    found = defaultdict[int, list[tuple[int, int]]](list)
    for index, image in sorted(ends.items()):
        column, _ = columns[index]
        wasted = Counter[int]()
        for waste in image.waste:
            wasted[waste.layer] += waste.bytes
        while wasted and index >= 0:
            amount = wasted.pop(spots[index].depth, 0)
            if amount:
                found[index].append((column, amount))
            index = spots[index].parent
    return defaultdict(list, {index: list(_merged(amounts)) for index, amounts in found.items()})


def _merged(amounts: Sequence[tuple[int, int]]) -> Iterator[Band]:
    """Neighbouring columns with as much waste as one band."""
    for _, same in groupby(enumerate(amounts), key=lambda each: (each[1][0] - each[0], each[1][1])):
        group = [amount for _, amount in same]
        yield Band(group[0][0], group[-1][0] + 1, group[0][1])
