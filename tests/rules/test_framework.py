"""What a rule may be, and how rules are found, chosen and run."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from dfopt.model.model import Model
from dfopt.rules.checker import Checker, RuleCrashError
from dfopt.rules.index import own_rules
from dfopt.rules.registry import UnknownRuleError, all_rules, load, resolve, selected
from dfopt.rules.rule import Finding, Option, Rule, RuleError
from dfopt.rules.settings import Settings
from dfopt.syntax.nodes import From
from dfopt.syntax.parser import parse


def rule_class(name: str = "Made", **members: Any) -> type[Rule]:
    return type(name, (Rule,), {"__doc__": "Made by a test.", "__module__": __name__, **members})


def no_findings(self: Rule, *arguments: object) -> Iterator[Finding]:
    return iter(())


@pytest.mark.parametrize(
    ("members", "complaint"),
    [
        ({"id": "made", "check_instructions": no_findings}, "check_instructions is no handler"),
        ({"id": "Made_Rule", "check_file": no_findings}, "is no slug"),
        ({"id": "made"}, "has no handler"),
        ({"id": "made", "check_command": no_findings}, "say in `commands`"),
    ],
    ids=["misspelt handler", "id", "no handler", "no interest"],
)
def test_a_wrong_rule_is_refused_when_it_is_made(members: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RuleError, match=re.escape(complaint)):
        rule_class(**members)


def test_every_file_in_a_group_is_a_rule_in_the_order_of_ids() -> None:
    own = [info.id for info in all_rules().values() if info.module.startswith("dfopt.rules.")]
    assert own == sorted(name.replace("_", "-") for _, name in own_rules())


def test_an_alias_is_no_id() -> None:
    infos = all_rules().values()
    assert {info.id for info in infos}.isdisjoint(alias.casefold() for info in infos for alias in info.aliases)


def test_an_alias_may_stand_for_several_rules() -> None:
    overridden = {"cmd-overridden", "entrypoint-overridden", "healthcheck-overridden"}
    assert resolve("MultipleInstructionsDisallowed") == overridden


def test_the_index_says_what_the_rule_says() -> None:
    for info in all_rules().values():
        rule = load(info)
        assert (info.id, info.aliases, info.severity) == (rule.id, rule.aliases, rule.severity.value)
        assert info.summary
        assert not info.summary.endswith(".")


@pytest.mark.parametrize("name", ["add-instead-of-copy", "DL3020", "dl3020"])
def test_a_rule_has_several_names(name: str) -> None:
    assert resolve(name) == {"add-instead-of-copy"}


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UnknownRuleError, match="did you mean add-instead-of-copy"):
        resolve("add-insted-of-copy")


def test_selection() -> None:
    everything = frozenset(all_rules())
    assert selected(["ALL"], []) == everything
    assert selected([], []) == {info.id for info in all_rules().values() if info.default}
    assert selected(["size"], ["DL3042"]) == resolve("size") - {"pip-cache-left-behind"}


def test_an_option_is_read_by_its_name_with_dashes() -> None:
    made = rule_class(most_labels=Option(20, "How many."))
    assert made().most_labels == 20  # type: ignore[attr-defined]
    assert made({"most-labels": 3}).most_labels == 3  # type: ignore[attr-defined]


def test_a_rule_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: Rule, instruction: From, model: Model) -> Iterator[Finding]:
        raise ZeroDivisionError

    monkeypatch.setattr(load(all_rules()["add-instead-of-copy"]), "check_instruction", fails)
    checker = Checker(Settings(frozenset({"add-instead-of-copy"})))
    with pytest.raises(RuleCrashError, match="the rule add-instead-of-copy failed: ZeroDivisionError"):
        checker.check(Model(parse("FROM scratch\nADD a /\n")))
