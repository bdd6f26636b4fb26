"""Edits of instructions, as properties of every instruction of the real Dockerfiles."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt import parse
from dfopt.rules import editing
from dfopt.syntax.edits import apply
from dfopt.syntax.nodes import Dockerfile, From, Instruction

REAL = Path(__file__).parents[2] / "fixtures" / "syntax" / "real"
FILES = [path.read_bytes() for path in sorted(REAL.glob("*.Dockerfile"))]
LABEL = "LABEL dfopt=test"


@st.composite
def instructions(draw: st.DrawFn) -> tuple[bytes, int]:
    """A real file, with its own line ends or CRLF, and the number of an instruction in it."""
    data = draw(st.sampled_from(FILES))
    if draw(st.booleans()):
        data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return data, draw(st.integers(0, len(parse(data).instructions) - 1))


def read(sample: tuple[bytes, int]) -> tuple[bytes, Dockerfile, Instruction, int]:
    data, number = sample
    tree = parse(data)
    return data, tree, tree.instructions[number], number


def codes(tree: Dockerfile) -> list[str]:
    """Every instruction without the comments above it and without its line end."""
    return [each.with_changes(head=each.head.with_changes(prefix=""), newline=None).code for each in tree.instructions]


def comment_lines(data: bytes) -> list[bytes]:
    return [line.strip() for line in data.splitlines() if line.strip().startswith(b"#")]


def line_above(instruction: Instruction) -> str:
    return "".join(instruction.head.prefix.split("\n")[-2:-1]).strip()


def bare_line_feeds(data: bytes) -> int:
    return data.count(b"\n") - data.count(b"\r\n")


@given(instructions())
def test_insert_before(sample: tuple[bytes, int]) -> None:
    data, tree, instruction, number = read(sample)
    after = apply(data, editing.insert_before(tree, instruction, LABEL))
    assert codes(parse(after)) == [*codes(tree)[:number], LABEL, *codes(tree)[number:]]
    if (above := line_above(instruction)).startswith("#"):
        assert line_above(parse(after).instructions[number + 1]) == above
    assert b"\r\n" not in data or bare_line_feeds(after) == bare_line_feeds(data)


@given(instructions())
def test_insert_after(sample: tuple[bytes, int]) -> None:
    data, tree, instruction, number = read(sample)
    if edits := editing.insert_after(tree, instruction, LABEL):
        after = apply(data, edits)
        assert codes(parse(after)) == [*codes(tree)[: number + 1], LABEL, *codes(tree)[number + 1 :]]
        assert b"\r\n" not in data or bare_line_feeds(after) == bare_line_feeds(data)


@given(instructions())
def test_remove(sample: tuple[bytes, int]) -> None:
    data, tree, instruction, number = read(sample)
    edits = editing.remove(instruction)
    if edits is None:
        return
    assert not isinstance(instruction, From)
    after = apply(data, edits)
    assert codes(parse(after)) == [*codes(tree)[:number], *codes(tree)[number + 1 :]]
    assert comment_lines(after) == comment_lines(data)


@given(instructions())
def test_replace(sample: tuple[bytes, int]) -> None:
    data, tree, instruction, number = read(sample)
    if edits := editing.replace(instruction, LABEL):
        assert codes(parse(apply(data, edits))) == [*codes(tree)[:number], LABEL, *codes(tree)[number + 1 :]]


@given(instructions())
def test_replace_keyword(sample: tuple[bytes, int]) -> None:
    data, tree, instruction, number = read(sample)
    if edits := editing.replace_keyword(instruction, instruction.keyword.swapcase()):
        before, after = codes(tree), codes(parse(apply(data, edits)))
        assert after.pop(number) == before.pop(number).replace(instruction.head.text, instruction.keyword.swapcase(), 1)
        assert after == before


@given(instructions())
def test_flags_come_and_go(sample: tuple[bytes, int]) -> None:
    data, _, instruction, number = read(sample)
    after = apply(data, editing.insert_flag(instruction, "--network=host"))
    changed = parse(after).instructions[number]
    assert [flag.name for flag in changed.flags if flag.name] == [
        *(flag.name for flag in instruction.flags if flag.name),
        "network",
    ]
    added = next(flag for flag in changed.flags if flag.name == "network")
    removal = editing.remove_flag(changed, added)
    assert removal
    assert apply(after, removal) == data


def test_comments_in_an_instruction_are_never_dropped() -> None:
    commented = [
        each
        for data in FILES
        for each in parse(data).instructions
        if any(
            line.strip().startswith("#")
            for line in each.with_changes(head=each.head.with_changes(prefix="")).code.split("\n")[1:]
        )
        and not each.heredocs
    ]
    assert commented
    assert all(editing.remove(each) is None and editing.replace(each, LABEL) is None for each in commented)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_line_end_is_that_of_the_file(ending: bytes) -> None:
    data = FILES[0].replace(b"\r\n", b"\n").replace(b"\n", ending)
    assert editing.line_end(parse(data)).encode() == ending
