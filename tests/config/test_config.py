"""Configuration files: which one counts, what it may say, what is told where it is wrong."""

import re
from pathlib import Path

import pytest

from dfopt.config.errors import ConfigError
from dfopt.config.finding import config_for, read_config
from dfopt.rules.diagnostic import Severity
from dfopt.rules.registry import resolve, selected


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert config_for(str(tmp_path)).settings("Dockerfile").rules == selected((), ())


def test_the_nearest_file_counts_alone(tmp_path: Path) -> None:
    written(tmp_path / "dfopt.toml", 'ignore = ["DL3020"]')
    written(tmp_path / "a" / "pyproject.toml", '[tool.dfopt]\nselect = ["size"]')
    written(tmp_path / "a" / "b" / "pyproject.toml", '[tool.other]\nselect = ["size"]')
    assert config_for(str(tmp_path / "x")).ignore == ("DL3020",)
    config = config_for(str(tmp_path / "a" / "b" / "c"))
    assert (config.select, config.ignore) == (("size",), ())


def test_dfopt_toml_comes_before_pyproject(tmp_path: Path) -> None:
    written(tmp_path / "dfopt.toml", 'select = ["cache"]')
    written(tmp_path / "pyproject.toml", '[tool.dfopt]\nselect = ["size"]')
    assert config_for(str(tmp_path)).select == ("cache",)


def test_severity_by_any_name(tmp_path: Path) -> None:
    path = written(tmp_path / "dfopt.toml", '[rules]\nDL3020 = { severity = "error" }\nbase = { severity = "hint" }')
    settings = read_config(path).settings("Dockerfile")
    assert settings.severities["add-instead-of-copy"] is Severity.ERROR
    assert {settings.severities[id_] for id_ in resolve("base")} == {Severity.HINT}


def test_per_file_ignores_are_relative_to_the_configuration(tmp_path: Path) -> None:
    path = written(tmp_path / "dfopt.toml", '[per-file-ignores]\n"legacy/**" = ["upkeep"]\n"*.dev" = ["DL3042"]')
    config = read_config(path)
    assert resolve("upkeep").isdisjoint(config.settings(str(tmp_path / "legacy" / "x" / "Dockerfile")).rules)
    assert resolve("DL3042").isdisjoint(config.settings(str(tmp_path / "a" / "Dockerfile.dev")).rules)
    assert config.settings(str(tmp_path / "Dockerfile")).rules == selected((), ())
    assert config.settings(str(tmp_path.parent / "legacy" / "Dockerfile")).rules == selected((), ())


def test_extended_files_stand_below(tmp_path: Path) -> None:
    written(tmp_path / "base.toml", 'select = ["size", "cache"]\nignore = ["DL3042"]\nforbid-inline-ignores = true')
    path = written(tmp_path / "a" / "dfopt.toml", 'extends = "../base.toml"\nselect = ["size"]\nignore = ["DL3009"]')
    config = read_config(path)
    assert config.select == ("size",)
    assert config.ignore == ("DL3042", "DL3009")
    assert not config.settings("Dockerfile").inline_ignores


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("selct = []", "selct is no key of the configuration; the nearest key is 'select'"),
        ("select = 'size'", "select must be a list"),
        ("ignore = ['DL9999']", "ignore no rule, group or alias is called 'DL9999'"),
        ("forbid-inline-ignores = 1", "forbid-inline-ignores must be true or false, not 1"),
        ("rules = 3", "rules must be a table"),
        ("rules.DL3020 = 'error'", "rules.DL3020 must be a table"),
        ("rules.DL3020.severity = 'fatal'", "rules.DL3020.severity must be one of error, warning, info, hint"),
        ("rules.DL3020.severty = 'error'", "the nearest key is 'severity'"),
        ("per-file-ignores.'*' = ['nothing']", "per-file-ignores.* no rule"),
        ("extends = 'missing.toml'", "can't be read"),
        ("extends = 'dfopt.toml'", "extends itself"),
        ("select = [", "is no TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    path = written(tmp_path / "dfopt.toml", text)
    with pytest.raises(ConfigError) as told:
        read_config(path)
    assert complaint in str(told.value)
    assert str(tmp_path) in str(told.value)


def test_hadolint_s_configuration_can_be_extended(tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    written(
        tmp_path / ".hadolint.yaml",
        "ignored: [DL3020, SC2086, SC1]\noverride:\n  error: [DL3009, SC2046]\n  style: [DL3042]\n"
        "disable-ignore-pragma: true\n"
        "trustedRegistries: [docker.io, '*.example.com']\nstrict-labels: true\n"
        "label-schema:\n  author: text\n  contact: email\n  built: rfc3339\n",
    )
    config = read_config(written(tmp_path / "dfopt.toml", 'extends = ".hadolint.yaml"'))
    assert config.ignore == ("DL3020", "SC2086")
    assert config.severities["apt-lists-left-behind"] is Severity.ERROR
    assert config.severities["pip-cache-left-behind"] is Severity.HINT
    assert "shellcheck" not in config.severities
    assert not config.inline_ignores
    labels = ("author", "contact", "built")
    assert config.options == {
        "registry-not-trusted": {"registries": ("docker.io", "*.example.com")},
        "label-empty": {"labels": ("author",)},
        "label-not-email": {"labels": ("contact",)},
        "label-not-date": {"labels": ("built",)},
        "label-missing": {"labels": labels},
        "label-unexpected": {"labels": labels},
    }


def test_a_single_check_has_no_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rules\.SC2086 names a single check"):
        read_config(written(tmp_path / "dfopt.toml", '[rules]\nSC2086 = { severity = "error" }'))


def test_what_slim_keeps_and_drops_adds_up(tmp_path: Path) -> None:
    written(tmp_path / "base.toml", '[slim]\nkeep = ["/usr/bin/cat"]\ndrop = ["/srv/**"]')
    path = written(tmp_path / "a" / "dfopt.toml", 'extends = "../base.toml"\n[slim]\nkeep = ["/etc/motd"]')
    config = read_config(path)
    assert (config.keep, config.drop) == (("/usr/bin/cat", "/etc/motd"), ("/srv/**",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[slim]\nkep = ["/a"]', "slim.kep is no key of the configuration; the nearest key is 'keep'"),
        ('[slim]\nkeep = "/a"', "slim.keep must be a list of absolute paths"),
        ('[slim]\ndrop = ["etc/motd"]', "slim.drop must be a list of absolute paths"),
        ("slim = true", "slim must be a table"),
    ],
)
def test_wrong_choices_of_slim_are_told(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        read_config(written(tmp_path / "dfopt.toml", text))
