"""The names of single findings: selected, ignored and silenced one by one."""

from pathlib import Path

import pytest

from dfopt.config.config import Config
from dfopt.model.model import Model
from dfopt.rules.checker import Checker
from dfopt.rules.diagnostic import Severity
from dfopt.rules.registry import owner_of_code, resolve, selected
from dfopt.syntax.parser import parse

SOURCE = "FROM debian:12-slim\nRUN name=`hostname` && echo $name\n"


def found(source: str = SOURCE, select: tuple[str, ...] = ("shellcheck",), ignore: tuple[str, ...] = ()) -> list[str]:
    settings = Config(select=select, ignore=ignore).settings("Dockerfile")
    diagnostics = Checker(settings).check(Model(parse(source)))
    return [diagnostic.aliases[0] for diagnostic in diagnostics if diagnostic.rule == "shellcheck"]


@pytest.mark.parametrize("code", ["SC2086", "sc2086"])
def test_a_code_names_its_rule(code: str) -> None:
    assert resolve(code) == {"shellcheck", "unquoted-variable"}
    assert owner_of_code(code) == "shellcheck"


def test_a_code_of_one_rule_names_it_alone() -> None:
    assert resolve("SC2046") == {"shellcheck"}


def test_a_code_ignores_the_rules_that_have_it_as_an_alias() -> None:
    assert "unquoted-variable" in selected((), ())
    assert selected((), ("SC2086",)) == selected((), ()) - {"unquoted-variable"}


@pytest.mark.parametrize("name", ["DL3009", "SC20867", "shellcheck", "size"])
def test_other_names_are_no_codes(name: str) -> None:
    assert owner_of_code(name) is None


def test_the_rule_is_off_unless_selected() -> None:
    assert "shellcheck" not in selected((), ())
    assert found(select=()) == []
    assert found() == ["SC2006", "SC2086"]


def test_a_code_selects_what_it_names() -> None:
    assert found(select=("SC2086",)) == ["SC2086"]
    assert found(select=("sc2006", "SC2086")) == ["SC2006", "SC2086"]
    assert found(select=("SC2086", "shellcheck")) == ["SC2006", "SC2086"]


def test_a_code_is_ignored_alone() -> None:
    assert found(ignore=("SC2006",)) == ["SC2086"]
    assert found(ignore=("shellcheck",)) == []


@pytest.mark.parametrize("comment", ["# hadolint ignore=SC2006", "# dfopt: ignore[SC2006] it is old"])
def test_a_comment_silences_a_code_alone(comment: str) -> None:
    assert found(SOURCE.replace("RUN", f"{comment}\nRUN")) == ["SC2086"]


def test_a_configuration_may_name_codes(tmp_path: Path) -> None:
    from dfopt.config.finding import config_for

    (tmp_path / "dfopt.toml").write_text('extend-select = ["shellcheck"]\nignore = ["SC2006"]\n', "utf-8")
    settings = config_for(str(tmp_path)).settings(str(tmp_path / "Dockerfile"))
    assert settings.rules == selected((), ("SC2006",)) | {"shellcheck"}
    assert settings.options["shellcheck"] == {"without": ("SC2006",)}


@pytest.mark.parametrize(
    ("configured", "severities"), [({}, ["hint", "info"]), ({"shellcheck": Severity.ERROR}, ["error", "error"])]
)
def test_a_finding_has_its_own_severity_unless_the_rules_is_configured(configured, severities) -> None:
    settings = Config(select=("shellcheck",), severities=configured).settings("Dockerfile")
    assert [each.severity for each in Checker(settings).check(Model(parse(SOURCE)))] == severities
