"""The Dockerfiles of the common bases that are proposed, and the FROM lines that stand on them."""

from collections.abc import Iterator, Mapping

from dfopt.layers.answers import Answers, Proposal, ProposalKind
from dfopt.sizes import readable
from dfopt.syntax.edits import Edit, apply


def render(answers: Answers, files: Mapping[str, bytes]) -> Iterator[str]:
    """The lines: each base as a Dockerfile, below it, as comments, the FROM lines of `files` before and after."""
    bases = [each for each in answers.proposals if each.kind is ProposalKind.BASE and each.changes]
    if not bases:
        yield "# No common base would save bytes that are known."
    for number, proposal in enumerate(bases):
        if number:
            yield ""
        yield from _base(proposal, files)


def _base(proposal: Proposal, files: Mapping[str, bytes]) -> Iterator[str]:
    new, *rewritten = proposal.changes
    saved = readable(proposal.bytes or 0)
    yield f"# {new.path}: saves {saved} ({proposal.basis})"
    yield from new.text.splitlines()
    yield "#"
    for change in rewritten:
        data = files[change.path]
        start = data.rfind(b"\n", 0, change.start) + 1
        end = data.find(b"\n", change.end)
        line = data[start : end if end >= 0 else len(data)]
        changed = apply(line, [Edit(change.start - start, change.end - start, change.text)])
        number = data.count(b"\n", 0, start) + 1
        yield f"# {change.path}:{number}"
        yield f"# -{line.decode('utf-8', 'replace').rstrip()}"
        yield f"# +{changed.decode('utf-8', 'replace').rstrip()}"
