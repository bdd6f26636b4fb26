"""Shapes of files that nobody writes, which must neither crash a rule nor take the time of a large square."""

import tomllib
from pathlib import Path

import pytest

from dfopt.model.model import Model
from dfopt.model.stages import MAX_DEPTH
from dfopt.rules.checker import Checker
from dfopt.rules.registry import all_rules
from dfopt.rules.settings import Settings
from dfopt.syntax.parser import parse

_STAGES = 3000
_SIZE = 150_000
SHAPES: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parents[2] / "fixtures" / "shapes.toml").read_text())


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(Settings(frozenset(all_rules())))


def test_a_long_chain_of_stages_is_followed_for_a_bounded_way(checker: Checker) -> None:
    chain = "".join([f"FROM s{index} AS s{index + 1}\n" for index in range(_STAGES)])
    model = Model(parse(f"FROM debian:13-slim AS s0\n{chain}RUN echo a\n"))
    assert len(model.stages[MAX_DEPTH].lineage) == MAX_DEPTH + 1
    assert max([len(stage.lineage) for stage in model.stages]) == MAX_DEPTH + 1
    assert {stage.external_base for stage in model.stages[1:]} == {None}
    assert model.final_stage is not None
    assert model.final_stage.config.workdir is None
    assert "undefined-stage" not in {each.rule for each in checker.check(model)}


def test_many_stages_of_one_name(checker: Checker) -> None:
    model = Model(parse("FROM debian:13-slim AS a\n" * _STAGES + "COPY --from=a /a /b\n"))
    assert [stage.index for stage in model.stages if stage.is_needed] == [_STAGES - 2, _STAGES - 1]
    found = [each.rule for each in checker.check(model)]
    assert found.count("duplicate-stage-name") == _STAGES - 1


def test_many_words_of_one_command(checker: Checker) -> None:
    model = Model(parse("FROM debian:13-slim\nRUN apt-get install -y" + " curl" * _STAGES + "\n"))
    found = [each for each in checker.check(model) if each.rule == "package-named-twice"]
    assert len(found) == _STAGES - 1
    assert {len(each.fix.edits) for each in found if each.fix} == {1}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_large_file_of_one_shape_is_checked(checker: Checker, shape: dict[str, str]) -> None:
    """With a rule that looks at each pair of lines, this would take hours."""
    count = _SIZE // len(shape["line"].format(i=10_000))
    model = Model(parse(shape["head"] + "".join([shape["line"].format(i=i) for i in range(count)])))
    assert checker.check(model)
