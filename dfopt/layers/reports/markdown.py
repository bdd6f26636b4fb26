"""A short summary for a pull request, in GitHub's Markdown."""

from collections.abc import Iterator

from dfopt.layers.answers import Answers, Proposal
from dfopt.layers.baseline import Comparison, Figure, Figures
from dfopt.layers.picture.labels import VAGUE, basis_note, counted, percent, printable
from dfopt.sizes import readable

_MOST_IMAGES = 20
_MOST_PROPOSALS = 5


def render(answers: Answers, comparison: Comparison) -> Iterator[str]:
    """The lines: totals, what is over budget, the images that have changed, and what would save the most."""
    yield "### Layers"
    yield ""
    yield from _totals(answers, comparison)
    for excess in comparison.excesses:
        yield ""
        yield f"**Over budget:** {_plain(excess)}."
    if comparison.changed:
        yield from _images(comparison)
    if answers.proposals:
        yield from _proposals(answers)


def _totals(answers: Answers, comparison: Comparison) -> Iterator[str]:
    before, now = comparison.before, comparison.now
    rows = [
        ("stored", before.bytes if before else None, now.bytes),
        ("waste", before.waste if before else None, now.waste),
    ]
    yield "| | before | now | change |" if before else "| | |"
    yield "|---|--:|--:|--:|" if before else "|---|--:|"
    for name, old, new in rows:
        yield f"| {name} | {_change(old, new)} |" if old is not None else f"| {name} | {readable(new)} |"
    yield ""
    unknown = " Those of unknown size are not counted." if answers.unsized else ""
    yield (
        f"{counted(len(answers.images), 'image')} would take {readable(answers.sum_bytes)} apart;"
        f" sharing saves {percent(answers.ratio)}. {basis_note(answers.images)}{unknown}"
    )


def _images(comparison: Comparison) -> Iterator[str]:
    changed = sorted(comparison.changed, key=lambda each: -abs(_bytes(each.now) - _bytes(each.before)))
    yield ""
    yield "| image | before | now | change | waste |"
    yield "|---|--:|--:|--:|--:|"
    for each in changed[:_MOST_IMAGES]:
        waste = _amount(each.now.waste) if each.now else ""
        yield f"| {_name(each)} | {_change_of_image(each)} | {waste} |"
    if len(changed) > _MOST_IMAGES:
        yield f"| and {len(changed) - _MOST_IMAGES} more | | | | |"


def _proposals(answers: Answers) -> Iterator[str]:
    yield ""
    yield "<details><summary>What would save bytes</summary>"
    yield ""
    for proposal in answers.proposals[:_MOST_PROPOSALS]:
        yield f"- {_saved(proposal)}: {_plain(proposal.message)}"
    yield ""
    yield "</details>"


def _change(before: int, now: int) -> str:
    return f"{readable(before)} | {readable(now)} | {_signed(now - before)}"


def _change_of_image(figure: Figure) -> str:
    if figure.before is None:
        return f"new | {readable(_bytes(figure.now))} | {_signed(_bytes(figure.now))}"
    if figure.now is None:
        return f"{readable(figure.before.bytes)} | gone | {_signed(-figure.before.bytes)}"
    return _change(figure.before.bytes, figure.now.bytes)


def _saved(proposal: Proposal) -> str:
    if proposal.bytes is None:
        return "an unknown size"
    return ("about " if proposal.basis in VAGUE else "") + readable(proposal.bytes)


def _amount(size: int) -> str:
    return readable(size) if size else "none"


def _signed(size: int) -> str:
    return f"{'-' if size < 0 else '+'}{readable(abs(size))}" if size else "none"


def _bytes(figures: Figures | None) -> int:
    return figures.bytes if figures else 0


def _name(figure: Figure) -> str:
    return _plain(figure.name)


def _plain(text: str) -> str:
    """A text that is no Markdown and no HTML, on one line; backquotes stay."""
    escaped = printable(text).replace("\\", "\\\\").replace("|", "\\|")
    return escaped.replace("<", "&lt;").replace("[", "\\[").replace("*", "\\*").replace("_", "\\_")
