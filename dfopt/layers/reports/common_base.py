"""A patch that makes the common bases that are proposed: their Dockerfiles, and the FROM lines that stand on them."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff

from dfopt.layers.answers import Answers, Change, Proposal, ProposalKind
from dfopt.layers.picture.labels import VAGUE, printable, together
from dfopt.sizes import readable
from dfopt.syntax.edits import Edit, apply


def render(answers: Answers, files: Mapping[str, bytes]) -> Iterator[str]:
    """The lines: as comments what each base saves and how it is built, then the patch in unified format.

    `files` are the Dockerfiles that can be patched; what is to be changed in others is told.
    """
    bases = [each for each in answers.proposals if each.kind is ProposalKind.BASE and each.changes]
    if not bases:
        yield "# No common base would save bytes that are known."
    for base in bases:
        yield from _told(base)
    new = [base.changes[0] for base in bases]
    rewritten: dict[str, list[Change]] = {}
    for base in bases:
        for change in base.changes[1:]:
            rewritten.setdefault(change.path, []).append(change)
    for change in new:
        yield from _patch("", change.text, change.path)
    for path, changes in sorted(rewritten.items()):
        if path in files:
            yield from _rewritten(path, files[path], changes)
        else:
            yield from (f"# By hand: let {printable(path)} stand on {change.text}." for change in changes)


def _told(base: Proposal) -> Iterator[str]:
    path, name = base.changes[0].path, base.changes[-1].text
    about = "about " if base.basis in VAGUE else ""
    yield f"# {path} saves {about}{readable(base.bytes or 0)} ({base.basis}) for {printable(together(base.images))}."
    yield f"# Build it before them: docker build --tag {name} - < {path}"


def _rewritten(path: str, data: bytes, changes: Sequence[Change]) -> Iterator[str]:
    before = data.decode("utf-8", "replace")
    after = apply(data, [Edit(change.start, change.end, change.text) for change in changes]).decode("utf-8", "replace")
    yield from _patch(before, after, path)


def _patch(before: str, after: str, path: str) -> Iterator[str]:
    old = f"a/{path}" if before else "/dev/null"
    for line in unified_diff(_lines(before), _lines(after), old, f"b/{path}"):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    """Lines with their ends, as a patch counts them: only LF ends one."""
    *whole, rest = text.split("\n")
    return [*[f"{line}\n" for line in whole], *([rest] if rest else [])]
