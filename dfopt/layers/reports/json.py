"""One JSON document for programs; `dfopt/layers/schema/layers-1.json` is its schema."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from dfopt.layers.answers import Answers, Change, Node, Proposal
from dfopt.layers.fleet import Image, Layer, Place, Waste

VERSION = 1


def render(answers: Answers) -> Iterator[str]:
    """The document in pieces: its lists are written item by item, so that a large fleet needs no more memory."""
    layers = {layer.id: layer for image in answers.images for layer in image.layers}
    numbers = {id_: number for number, id_ in enumerate(layers)}
    yield f'{{"version": {VERSION}, "summary": {_dumped(_summary(answers, len(layers)))}'
    yield from _listed("layers", map(_layer, layers.values()))
    yield from _listed("images", (_image(image, numbers) for image in answers.images))
    yield from _listed("tree", _nodes(answers.tree, numbers))
    yield from _listed("proposals", map(_proposal, answers.proposals))
    yield from _listed("problems", ({"subject": each.subject, "message": each.message} for each in answers.problems))
    yield "}\n"


def _listed(name: str, items: Iterable[object]) -> Iterator[str]:
    yield f',\n"{name}": ['
    separator = "\n"
    for item in items:
        yield separator + _dumped(item)
        separator = ",\n"
    yield "]"


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _summary(answers: Answers, layers: int) -> dict[str, Any]:
    return {
        "images": len(answers.images),
        "layers": layers,
        "sum_bytes": answers.sum_bytes,
        "stored_bytes": answers.stored_bytes,
        "ratio": round(answers.ratio, 6),
        "unsized": answers.unsized,
        "waste_bytes": sum(each.bytes for image in answers.images for each in image.waste),
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "id": layer.id,
        "instruction": layer.instruction,
        "bytes": layer.bytes,
        "basis": layer.basis,
        "place": _place(layer.place) if layer.place else None,
        "files": [{"path": file.path, "bytes": file.bytes} for file in layer.files],
    }


def _image(image: Image, numbers: dict[str, int]) -> dict[str, Any]:
    return {
        "name": image.name,
        "platform": image.platform,
        "bytes": sum(layer.bytes or 0 for layer in image.layers),
        "unsized": sum(layer.bytes is None for layer in image.layers),
        "layers": [numbers[layer.id] for layer in image.layers],
        "waste_bytes": sum(each.bytes for each in image.waste),
        "waste": [_waste(each) for each in image.waste],
        "labels": dict(image.labels),
    }


def _waste(waste: Waste) -> dict[str, Any]:
    return {"path": waste.path, "bytes": waste.bytes, "kind": waste.kind, "layer": waste.layer}


def _nodes(tree: tuple[Node, ...], numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    """The nodes, each behind the one that it stands on, whose place in the list it names."""
    pending: list[tuple[Node, int | None]] = [(node, None) for node in reversed(tree)]
    number = 0
    while pending:
        node, parent = pending.pop()
        yield {"layer": numbers[node.layer.id], "on": parent, "images": len(node.images)}
        pending += [(child, number) for child in reversed(node.children)]
        number += 1


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "kind": proposal.kind,
        "message": proposal.message,
        "bytes": proposal.bytes,
        "basis": proposal.basis,
        "images": list(proposal.images),
        "places": [_place(place) for place in proposal.places],
        "changes": [_change(change) for change in proposal.changes],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "line": place.line}


def _change(change: Change) -> dict[str, Any]:
    return {"path": change.path, "start": change.start, "end": change.end, "text": change.text}
