"""Every rule: its fixtures, its page, its place."""

from pathlib import Path

import pytest

from dfopt.rules.registry import RuleInfo, all_rules
from dfopt.rules.testing import Case, cases, cases_of, verify_documentation

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules"
RULES = list(all_rules().values())


@pytest.mark.parametrize("case", cases(FIXTURES), ids=str)
def test_fixture(case: Case) -> None:
    case.verify()


@pytest.mark.parametrize("info", RULES, ids=lambda info: info.id)
def test_has_a_bad_and_a_good_fixture(info: RuleInfo) -> None:
    names = {case.path.name.partition("-")[0].partition(".")[0] for case in cases_of(FIXTURES / info.id)}
    assert names == {"bad", "good"}


@pytest.mark.parametrize("info", RULES, ids=lambda info: info.id)
def test_page_is_complete_and_its_example_true(info: RuleInfo) -> None:
    verify_documentation(info)


@pytest.mark.parametrize("info", [info for info in RULES if info.fix_safety], ids=lambda info: info.id)
def test_fix_is_shown_by_a_fixture(info: RuleInfo) -> None:
    assert any(path.name.startswith("fixed") for path in (FIXTURES / info.id).rglob("*.Dockerfile"))
