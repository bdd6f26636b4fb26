"""Rounds of fixes: what is applied, what is refused and why, and that it comes to rest.

The checks here are pure functions of the model, as the rules' are.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

import dockerfile
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dfopt
from dfopt import parse
from dfopt.fix.engine import Fixer
from dfopt.model import Model
from dfopt.rules import chains
from dfopt.rules.diagnostic import Basis, Change, Cost, Diagnostic, Fix, Safety, Severity
from dfopt.rules.editing import replace_keyword, replace_token
from dfopt.rules.testing import Case, cases
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Add, Instruction, Run, Workdir

FIXTURES = Path(__file__).parents[2] / "fixtures"
ROUNDS = FIXTURES / "fix" / "rounds"
REAL = [path.read_bytes() for path in sorted((FIXTURES / "syntax" / "real").glob("*.Dockerfile"))]

Check = Callable[[Model], Iterator[Diagnostic]]


def finding(
    rule: str, at: Instruction, edits: tuple[Edit, ...], *declares: Change, safety: Safety = Safety.SAFE
) -> Diagnostic:
    fix = Fix(safety, f"apply {rule}", edits, frozenset(declares))
    cost = Cost(1000, Basis.ESTIMATE)
    return Diagnostic(rule, (), "size", Severity.INFO, rule, "", "", at.span, cost, fix)


def cleanup(rule: str, text: str) -> Check:
    """Every RUN is to end with a command."""

    def check(model: Model) -> Iterator[Diagnostic]:
        for run in model.runs:
            if text not in run.instruction.code and (edits := chains.append(run.scripts[-1], text)):
                yield finding(rule, run.instruction, edits)

    return check


def copy_instead_of_add(model: Model) -> Iterator[Diagnostic]:
    for add in model.instructions(Add):
        if edits := replace_keyword(add, "COPY"):
            yield finding("copy", add, edits, Change.INSTRUCTIONS)


def all_of(*checks: Check) -> Check:
    return lambda model: (diagnostic for check in checks for diagnostic in check(model))


def data(name: str) -> bytes:
    return (ROUNDS / f"{name}.Dockerfile").read_bytes()


def test_fixes_of_one_place_take_turns() -> None:
    fixer = Fixer(
        all_of(
            cleanup("lists", "rm -rf /var/lib/apt/lists/*"), cleanup("logs", "rm -rf /var/log/*"), copy_instead_of_add
        )
    )
    result = fixer.fix(data("before"))
    assert result.data == data("after")
    assert [each.rule for each in result.applied] == ["copy", "lists", "logs"]
    assert (result.rounds, result.refused, result.remaining, result.saved) == (2, (), (), 3000)


def test_a_refused_fix_leaves_the_others() -> None:
    def lose_the_packages(model: Model) -> Iterator[Diagnostic]:
        for run in model.instructions(Run):
            yield finding("lose", run, replace_token(run.command.script, "true"))

    result = Fixer(all_of(lose_the_packages, copy_instead_of_add)).fix(data("before"))
    assert [each.rule for each in result.applied] == ["copy"]
    assert [(each.diagnostic.rule, each.reason) for each in result.refused] == [("lose", "no longer installed: curl")]
    assert [each.rule for each in result.remaining] == ["lose"]


def test_unsafe_fixes_only_when_asked() -> None:
    def check(model: Model) -> Iterator[Diagnostic]:
        for add in model.instructions(Add):
            yield finding("copy", add, replace_keyword(add, "COPY"), Change.INSTRUCTIONS, safety=Safety.UNSAFE)

    assert Fixer(check).fix(data("before")).data == data("before")
    assert len(Fixer(check, unsafe=True).fix(data("before")).applied) == 1


def test_a_declined_fix_is_refused_as_such() -> None:
    result = Fixer(copy_instead_of_add, accept=lambda *_: False).fix(data("before"))
    assert [each.reason for each in result.refused] == ["declined"]
    assert result.data == data("before")


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ((Edit(10**6, 10**6, "x"),), "its edits don't fit the file"),
        ((Edit(0, 3, "F"), Edit(2, 4, "OM")), "its edits don't fit the file"),
        ((Edit(0, 4, "FROM"),), "changes nothing"),
        ((Edit(0, 0, "# "),), "the sequence of instructions would change"),
        ((Edit(0, 0, "# again\n"),), "again would find the same again"),
    ],
)
def test_a_fix_that_is_no_fix_is_refused_with_the_reason(edits: tuple[Edit, ...], reason: str) -> None:
    result = Fixer(lambda model: [finding("again", model.tree.instructions[0], edits)]).fix(data("before"))
    assert result.data == data("before")
    assert result.refused[0].reason.startswith(reason)


def test_fixes_that_undo_each_other_end() -> None:
    def longer(model: Model) -> Iterator[Diagnostic]:
        folder = model.instructions(Workdir)[0]
        other = "/srv/app/" if folder.argument.text == "/srv/app" else "/srv/app"
        yield finding(f"prefer-{other}", folder, replace_token(folder.argument, other))

    result = Fixer(longer).fix(data("before"))
    assert result.refused[0].reason == "still not settled after 10 rounds"


def arbitrary(seed: int) -> Check:
    """What a careless author could propose: any change of any instruction, always the same for the same text."""

    def check(model: Model) -> Iterator[Diagnostic]:
        for instruction in model.tree.instructions:
            dice = blake2b(instruction.bytes, digest_size=8, key=seed.to_bytes(8)).digest()
            if dice[0] % 3:
                continue
            start, end = instruction.span.start.offset, instruction.span.end.offset
            first = start + dice[1] * (end - start) // 256
            last = min(end, first + dice[2] % 8)
            text = (" ", "\\\n", "x", "\n", "&& true", "#", '"', "\\ ", "RUN ")[dice[3] % 9]
            yield finding(f"rule-{dice[4] % 5}", instruction, (Edit(first, last, text),))

    return check


@given(st.sampled_from(REAL), st.integers(0, 2**32))
def test_whatever_is_proposed_a_second_run_changes_nothing_and_the_file_reads_as_before(
    source: bytes, seed: int
) -> None:
    fixer = Fixer(arbitrary(seed))
    result = fixer.fix(source)
    again = fixer.fix(result.data)
    assert again.data == result.data
    assert keywords_of_buildkit(result.data) == keywords_of_buildkit(source)
    assert [each.keyword for each in parse(result.data).instructions] == [
        each.keyword for each in parse(source).instructions
    ]


def keywords_of_buildkit(source: bytes) -> list[str] | None:
    try:
        return [each.cmd for each in dockerfile.parse_string(source.decode())]
    except (dockerfile.GoParseError, UnicodeDecodeError):
        return None


@given(
    st.sampled_from(REAL),
    st.sampled_from([b"\xef\xbb\xbf", b"# \xff\n", b""]),
    st.sampled_from([b"\n", b"\r\n", b"\r\r\n"]),
)
def test_a_file_without_fixes_keeps_every_byte(source: bytes, head: bytes, line_end: bytes) -> None:
    source = head + source.rstrip().replace(b"\r\n", b"\n").replace(b"\n", line_end)
    result = dfopt.fix(source)
    if not result.applied:
        assert result.data == source
    assert (
        dfopt.fix(result.data, unsafe=True).data
        == dfopt.fix(dfopt.fix(result.data, unsafe=True).data, unsafe=True).data
    )


@pytest.mark.parametrize(
    "case", [case for case in cases(FIXTURES / "rules") if case.path.name.startswith("bad")], ids=str
)
def test_the_gate_lets_the_fixes_of_all_rules_through(case: Case) -> None:
    fixed = case.path.with_name(case.path.name.replace("bad", "fixed", 1))
    if fixed.exists():
        result = Fixer(lambda model: case.findings(model.data), unsafe=True).fix(case.path.read_bytes())
        assert not [f"{each.diagnostic.message}: {each.reason}" for each in result.refused]
        assert result.data == fixed.read_bytes()


def test_the_package_is_the_function() -> None:
    source = "import dfopt; before = dfopt.fix; import dfopt.fix.engine; assert before(b'').data == dfopt.fix(b'').data"
    subprocess.run([sys.executable, "-c", source], check=True)


def test_path_is_read_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(data("before"))
    assert dfopt.fix(path).data == dfopt.fix(data("before")).data == dfopt.fix(data("before").decode()).data
    assert path.read_bytes() == data("before")
