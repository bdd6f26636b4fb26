"""The picture for a terminal: a tree with the base at the root, and what each step adds."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from click import style

from dfopt.layers.answers import Answers
from dfopt.layers.fleet import Layer
from dfopt.layers.picture.labels import (
    basis_note,
    instructions,
    shortened,
    size_of,
    summary,
    titles,
    together,
)
from dfopt.layers.picture.layout import Box, arrange
from dfopt.sizes import readable

_HEADINGS = ("adds", "image", "images", "waste")
_WIDTHS = (11, 11, 9, 10)
_LEAST_LABEL = 24
_MARKS = ("~ about", "> at least, as some sizes are unknown", "? unknown")


@dataclass(frozen=True, slots=True)
class _Step:
    """Layers that no image has apart, the lowest first; `branches` are the lines of the tree in front of them."""

    boxes: tuple[Box, ...]
    branches: str


def lines(answers: Answers, width: int = 80) -> Iterator[str]:
    """The tree in lines of at most `width` columns (64 at least), with the terminal's colour codes."""
    yield summary(answers)
    names = titles(answers.images)
    steps = list(_steps(arrange(answers)))
    if steps:
        yield basis_note(answers.images)
        yield ""
        yield style(" " * (width - sum(_WIDTHS)) + _cells(_HEADINGS), dim=True)
        yield from (_line(step, answers, names, width).rstrip() for step in steps)
    for name, image in zip(names, answers.images, strict=True):
        if not image.layers:
            yield f"{style(name, bold=True)} has no layers"
    used = [mark for mark in _MARKS if any(size.startswith(mark[0]) for size in _sizes(steps, answers))]
    if used:
        yield style("; ".join(used), dim=True)


def _sizes(steps: Sequence[_Step], answers: Answers) -> Iterator[str]:
    """The sizes that the tree has."""
    for step in steps:
        yield _size([box.layer for box in step.boxes])
        yield from (_size(answers.images[each].layers) for each in step.boxes[-1].images[:1])


def _steps(boxes: Sequence[Box]) -> Iterator[_Step]:
    """The tree from its root, each step before those on it."""
    above = defaultdict[int, list[int]](list)
    for index, box in enumerate(boxes):
        above[box.parent].append(index)
    waiting = [(index, "", "") for index in reversed(above[-1])]
    while waiting:
        index, branches, indent = waiting.pop()
        chain = [index]
        while len(above[index]) == 1 and not boxes[index].images:
            (index,) = above[index]
            chain.append(index)
        yield _Step(tuple(boxes[each] for each in chain), branches)
        waiting += [
            (child, indent + ("├─ " if rank else "└─ "), indent + ("│  " if rank else "   "))
            for rank, child in enumerate(reversed(above[index]))
        ]


def _line(step: _Step, answers: Answers, names: Sequence[str], width: int) -> str:
    top, layers = step.boxes[-1], [box.layer for box in step.boxes]
    room = width - sum(_WIDTHS)
    branches = shortened(step.branches, max(0, room - _LEAST_LABEL), keep_end=True)
    room -= len(branches)
    if top.images:
        image = answers.images[top.images[0]]
        label = shortened(together([names[each] for each in top.images]), room, keep_end=True)
        total, wasted = _size(image.layers), sum(waste.bytes for waste in image.waste)
    else:
        label, total, wasted = shortened(instructions(layers), room), "", 0
    return "".join(
        [
            style(branches, dim=True),
            style(_padded(label, room), bold=bool(top.images)),
            _cells((_size(layers), total, f"{top.uses:,}")),
            style(_cells((readable(wasted),), _WIDTHS[3:]), fg="yellow") if wasted else "",
        ]
    )


def _size(layers: Sequence[Layer]) -> str:
    return size_of(layers, least=">", about="~", unknown="?")


def _cells(figures: Sequence[str], widths: Sequence[int] = _WIDTHS) -> str:
    return "".join(f"{figure:>{width}}" for figure, width in zip(figures, widths, strict=False))


def _padded(text: str, room: int) -> str:
    """In a terminal some characters are two columns wide."""
    from rich.cells import set_cell_size

    return set_cell_size(text, room)
