"""The gate: each way in which fixes break files is caught by the check that is there for it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt import parse
from dfopt.fix import gate
from dfopt.fix.gate import CHECKS, Rewrite, objection
from dfopt.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.syntax.edits import Edit

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = sorted((FIXTURES / "fix" / "gate").iterdir())
REAL = [path.read_bytes() for path in sorted((FIXTURES / "syntax" / "real").glob("*.Dockerfile"))]

DECLARABLE = {
    "instructions_as_declared": Change.INSTRUCTIONS,
    "packages_kept": Change.PACKAGES,
    "packages_kept-unknown-wrapper": Change.PACKAGES,
    "values_kept": Change.ENV,
    "stages_as_declared": Change.BASE,
    "configuration_as_declared": Change.CMD,
    "surroundings_as_declared": Change.WORKDIR,
}
"""The change that each folder's fix must declare to be let through."""


def rewrite(before: bytes, after: bytes, *declares: Change) -> Rewrite:
    """One fix whose only edit replaces what differs."""
    start = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    rest = zip(reversed(before[start:]), reversed(after[start:]), strict=False)
    same = next((n for n, (a, b) in enumerate(rest) if a != b), min(len(before), len(after)) - start)
    edit = Edit(start, len(before) - same, after[start : len(after) - same].decode("utf-8", "surrogateescape"))
    fix = Fix(Safety.SAFE, "", (edit,), frozenset(declares))
    return Rewrite(Model(parse(before)), Model(parse(after)), (fix,))


def read(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "before.Dockerfile").read_bytes(), (folder / "after.Dockerfile").read_bytes()


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_refuses(folder: Path) -> None:
    check = getattr(gate, folder.name.partition("-")[0])
    assert check(rewrite(*read(folder)))
    assert objection(rewrite(*read(folder)))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_lets_through_what_is_declared_and_nothing_else(folder: Path) -> None:
    declared = DECLARABLE.get(folder.name)
    others = [change for change in Change if change is not declared]
    assert objection(rewrite(*read(folder), *others))
    if declared:
        assert objection(rewrite(*read(folder), declared)) is None


def test_every_check_has_a_case() -> None:
    covered = {folder.name.partition("-")[0] for folder in CASES}
    assert {check.__name__ for check in CHECKS} - covered == {"other_bytes_kept"}


def test_sees_bytes_that_no_edit_wrote() -> None:
    before = REAL[0]
    honest = rewrite(before, b"# a comment\n" + before)
    assert gate.other_bytes_kept(honest) is None
    assert gate.other_bytes_kept(Rewrite(honest.before, Model(parse(before + b"\n")), honest.fixes))


def test_an_instruction_that_no_declaring_fix_touches_must_stay() -> None:
    before, after = read(FIXTURES / "fix" / "gate" / "instructions_as_declared")
    elsewhere = Fix(Safety.SAFE, "", (Edit(0, 0, ""),), frozenset({Change.INSTRUCTIONS}))
    honest = rewrite(before, after)
    assert gate.instructions_as_declared(Rewrite(honest.before, honest.after, (*honest.fixes, elsewhere)))


@given(st.sampled_from(REAL), st.data())
def test_lets_a_comment_between_instructions_through(data: bytes, draw: st.DataObject) -> None:
    tree = parse(data)
    if not tree.instructions:
        return
    head = draw.draw(st.sampled_from(tree.instructions)).head
    at = head.span.start.offset - len(head.prefix.rpartition("\n")[2].encode("utf-8", "surrogateescape"))
    line_end = b"\r\n" if b"\r\n" in data else b"\n"
    if at and not data[:at].endswith(b"\n"):
        return
    assert objection(rewrite(data, data[:at] + b"# a note" + line_end + data[at:])) is None
