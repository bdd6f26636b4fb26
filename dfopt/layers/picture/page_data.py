"""What the page is made from: the fleet as data for its scripts, without what is empty."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dfopt.layers.answers import Answers, Proposal
from dfopt.layers.fleet import Image, Layer, Place
from dfopt.layers.picture.labels import VAGUE, basis_note, instruction, printable, shared_prefix, titles
from dfopt.layers.picture.layout import Box
from dfopt.layers.sharing import users

_MOST_ROWS = 100_000  # files and waste in a page, so that it opens at once
_MOST_A_LIST = (2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)


def overview(answers: Answers, boxes: Sequence[Box]) -> dict[str, Any]:
    """Everything that the page shows at first; `boxes` are those of `layout.arrange`.

    Images, parents and layers are indexes.
    """
    uses = users(answers.images)
    ends = {number: index for index, box in enumerate(boxes) for number in box.images}
    layers = _layer_numbers(answers.images)
    names = titles(answers.images)
    numbers = defaultdict[str, list[int]](list)
    for number, image in enumerate(answers.images):
        numbers[image.name].append(number)
    return {
        "prefix": shared_prefix(names),
        "basisNote": basis_note(answers.images),
        "stored": answers.stored_bytes,
        "apart": answers.sum_bytes,
        "ratio": answers.ratio,
        "unsized": answers.unsized,
        "waste": _wasted(answers.images),
        "images": [
            _without_empty(
                {
                    "name": title,
                    "bytes": _known(image.layers),
                    "isVague": any(layer.basis in VAGUE for layer in image.layers),
                    "unsized": sum(layer.bytes is None for layer in image.layers),
                    "own": _known([layer for layer in image.layers if uses[layer.id] == 1]),
                    "waste": sum(waste.bytes for waste in image.waste),
                    "layers": len(image.layers),
                    "box": ends.get(number, -1),
                }
            )
            for number, (title, image) in enumerate(zip(names, answers.images, strict=True))
        ],
        "boxes": [_box(box, layers[box.layer.id]) for box in boxes],
        "proposals": [_proposal(proposal, numbers) for proposal in answers.proposals],
        "problems": [[printable(problem.subject), printable(problem.message)] for problem in answers.problems],
    }


def details(answers: Answers) -> dict[str, Any]:
    """What is shown of one layer: by its number the largest files, and by image the largest waste."""
    layers = {layer.id: layer for image in answers.images for layer in image.layers}
    lists: list[Sequence[Any]] = [layer.files for layer in layers.values()]
    lists += [image.waste for image in answers.images]
    most = _most_a_list([len(each) for each in lists])
    return {
        "files": [[[printable(file.path), file.bytes] for file in layer.files[:most]] for layer in layers.values()],
        "waste": [
            [
                [printable(waste.path), waste.bytes, waste.kind.value, waste.layer]
                for waste in sorted(image.waste, key=lambda waste: (-waste.bytes, waste.path))[:most]
            ]
            for image in answers.images
        ],
    }


def _box(box: Box, layer: int) -> dict[str, Any]:
    return _without_empty(
        {
            "layer": layer,
            "id": printable(box.layer.id),
            "instruction": instruction(box.layer),
            "bytes": box.layer.bytes,
            "basis": box.layer.basis.value if box.layer.basis else None,
            "place": _place(box.layer.place) if box.layer.place else None,
            "parent": box.parent,
            "uses": box.uses,
            "first": box.first,
            "end": box.end,
            "images": box.images,
            "bands": [[band.first, band.end, band.bytes] for band in box.bands],
        }
    )


def _proposal(proposal: Proposal, numbers: Mapping[str, list[int]]) -> dict[str, Any]:
    return _without_empty(
        {
            "message": printable(proposal.message),
            "bytes": proposal.bytes,
            "basis": proposal.basis.value if proposal.basis else None,
            "images": [number for name in dict.fromkeys(proposal.images) for number in numbers[name]],
            "places": [_place(place) for place in proposal.places],
        }
    )


def _place(place: Place) -> str:
    return f"{printable(place.path)}:{place.line}"


def _layer_numbers(images: Iterable[Image]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for image in images:
        for layer in image.layers:
            numbers.setdefault(layer.id, len(numbers))
    return numbers


def _known(layers: Iterable[Layer]) -> int:
    return sum(layer.bytes or 0 for layer in layers)


def _wasted(images: Iterable[Image]) -> int:
    """Bytes that are waste in some image, each copy once."""
    copies = {(image.layers[waste.layer].id, waste.path): waste.bytes for image in images for waste in image.waste}
    return sum(copies.values())


def _most_a_list(lengths: Sequence[int]) -> int:
    """How long each list may be so that all of them are not too much."""
    for most in _MOST_A_LIST:
        if sum(min(length, most) for length in lengths) <= _MOST_ROWS:
            return most
    return 1


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, [], ())}
