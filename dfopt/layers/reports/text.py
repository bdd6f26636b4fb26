"""The report for people: the tree, each image's layers, where the waste is, and what would save bytes."""

from collections.abc import Iterator

from click import style

from dfopt.layers.answers import Answers
from dfopt.layers.baseline import Comparison
from dfopt.layers.fleet import Basis, Image
from dfopt.layers.picture import tree
from dfopt.layers.picture.labels import printable, shortened
from dfopt.layers.sharing import users
from dfopt.sizes import readable

_MOST_IMAGES = 10
"""Whose layers are listed; for more there is the page."""
_MOST_WASTE = 10
_MOST_PROPOSALS = 10
_LEAST_TEXT = 24


def render(answers: Answers, comparison: Comparison, width: int) -> Iterator[str]:
    """The lines, with the terminal's colour codes, in at most `width` columns where that can be."""
    yield from tree.lines(answers, width)
    if len(answers.images) <= _MOST_IMAGES:
        yield from _layers(answers, width)
    yield from _waste(answers)
    yield from _proposals(answers)
    if comparison.before:
        change = comparison.now.bytes - comparison.before.bytes
        yield ""
        yield f"since the baseline: {readable(abs(change))} {'less' if change < 0 else 'more'} stored"
    for excess in comparison.excesses:
        yield style(f"over budget: {printable(excess)}", fg="red")


def _layers(answers: Answers, width: int) -> Iterator[str]:
    shared = users(answers.images)
    for image in answers.images:
        yield ""
        yield style(printable(image.name), bold=True)
        for layer in image.layers:
            others = shared[layer.id] - 1
            start = f"{_amount(layer.bytes, layer.basis):>9}  {f'+{others}' if others else '':>4}  "
            yield start + shortened(printable(layer.instruction), max(width - len(start), _LEAST_TEXT))


def _waste(answers: Answers) -> Iterator[str]:
    all_waste = [(image, waste) for image in answers.images for waste in image.waste]
    found = sorted(all_waste, key=lambda each: (-each[1].bytes, each[0].name, each[1].path, each[1].layer))
    if not found:
        return
    yield ""
    yield style("waste", bold=True)
    for image, waste in found[:_MOST_WASTE]:
        what = f"{printable(waste.path)}, {waste.kind}, in {printable(image.name)}{_where(image, waste.layer)}"
        yield f"{readable(waste.bytes):>9}  {what}"
    if len(found) > _MOST_WASTE:
        yield f"{'':>9}  and {len(found) - _MOST_WASTE} more; --format json has all"


def _where(image: Image, layer: int) -> str:
    place = image.layers[layer].place
    return f" ({printable(place.path)}:{place.line})" if place else ""


def _proposals(answers: Answers) -> Iterator[str]:
    if not answers.proposals:
        return
    yield ""
    yield style("what would save bytes", bold=True)
    for proposal in answers.proposals[:_MOST_PROPOSALS]:
        yield f"{_amount(proposal.bytes, proposal.basis):>9}  {printable(proposal.message)}"
    if len(answers.proposals) > _MOST_PROPOSALS:
        yield f"{'':>9}  and {len(answers.proposals) - _MOST_PROPOSALS} more; --format json has all"


def _amount(size: int | None, basis: Basis | None) -> str:
    if size is None:
        return "unknown"
    return ("~" if basis in (Basis.CATALOGUE, Basis.ESTIMATE) else "") + readable(size)
