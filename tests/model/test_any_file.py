"""Whatever the file, the model has an answer, and its facts agree with each other."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.model import Model
from dfopt.syntax.nodes import Onbuild
from dfopt.syntax.parser import parse

FIXTURES = Path(__file__).parents[2] / "fixtures"
REAL = sorted(path for part in ("syntax/real", "model") for path in (FIXTURES / part).rglob("*.Dockerfile"))

LINES = (FIXTURES / "model" / "odd-lines.txt").read_text().splitlines()

files = st.lists(st.sampled_from(LINES), max_size=12).map("\n".join)


def check(source: bytes | str) -> None:
    model = Model(parse(source))
    check_stages(model)
    check_commands(model)
    for stage in model.stages:
        paths = [effect.path for effect in stage.effects]
        assert all(paths)
        assert all(each.earlier.by is not each.later.by for each in stage.rewrites)


def check_stages(model: Model) -> None:
    for stage in model.stages:
        assert all(each.index < stage.index for each in stage.dependencies)
        assert all(stage in each.used_by for each in stage.dependencies)
        assert stage.base_stage is None or stage.base_stage in stage.dependencies
        assert stage.lineage[-1].base_stage is None
        assert all(model.stage_of(each) is stage for each in stage.instructions)
        if stage.instructions and not stage.triggered:
            assert stage.config_at(stage.instructions[0]) == stage.config_at(stage.from_)
    needed = {stage for stage in model.stages if stage.is_needed}
    assert needed == reachable(model)


def reachable(model: Model) -> set[object]:
    pending = list(model.stages[-1:])
    found = set(pending)
    while pending:
        new = set(pending.pop().dependencies) - found
        found |= new
        pending += new
    return found


def check_commands(model: Model) -> None:
    for run in model.runs:
        span = run.instruction.span
        for index, command in enumerate(run.commands):
            assert command.index == index
            assert span.start.offset <= command.start <= command.end <= span.end.offset + 1
            assert all(model.data[word.start : word.end].decode() == word.text for word in command.words)
            assert all(isinstance(command.path(word), str) for word in command.operands)
    triggers = {id(each.trigger) for each in model.tree.instructions if isinstance(each, Onbuild)}
    assert all(run.is_trigger == (id(run.instruction) in triggers) for run in model.runs)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_files(path: Path) -> None:
    check(path.read_bytes())


@given(files)
def test_generated_files(source: str) -> None:
    check(source)


@given(st.sampled_from(REAL), st.data())
def test_mutated_files(path: Path, data: st.DataObject) -> None:
    source = path.read_text("utf-8", "replace")
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(start + 40, len(source))))
    check(
        source[:start]
        + data.draw(st.sampled_from(["", "\n", '"', "$", "{", "(", "<<E\n", "\\", " && cd "]))
        + source[end:]
    )
