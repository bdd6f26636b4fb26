"""The other commands that only read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dfopt.rules.registry import all_rules
from dfopt.version import __version__

FIXTURE = Path(__file__).parents[2] / "fixtures" / "rules" / "add-instead-of-copy" / "bad.Dockerfile"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from dfopt.cli.main import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})


def test_version() -> None:
    assert run("--version").stdout == f"dfopt {__version__}\n"


@pytest.mark.parametrize("command", ["check", "fix", "slim", "verify", "layers", "explain", "parse", "server"])
def test_help_has_examples(command: str) -> None:
    assert f"\n  {command}" in run("--help").stdout
    shown = run(command, "--help").stdout
    assert f"\n  dfopt {command}" in shown
    assert "\\b" not in shown


def test_rules_lists_all() -> None:
    listed = json.loads(run("rules", "--format", "json").stdout)
    assert {rule["id"] for rule in listed} == set(all_rules())
    assert all(id_ in run("rules").stdout for id_ in all_rules())


@pytest.mark.parametrize("name", ["add-instead-of-copy", "DL3020"])
def test_explain_shows_the_page(name: str) -> None:
    out = run("explain", name).stdout
    assert out.startswith("# add-instead-of-copy\n")
    assert "## Fix safety" in out


def test_explain_does_not_know_every_name() -> None:
    done = run("explain", "add-insted-of-copy")
    assert done.returncode == 2
    assert "did you mean add-instead-of-copy" in done.stderr


def test_parse_shows_every_token() -> None:
    out = run("parse", FIXTURE).stdout
    assert "3:1-3:4" in out
    assert "head: Token '# The settings of the site\\n'+'ADD'" in out


def test_parse_gives_programs_the_whole_file() -> None:
    done = run("parse", "--format", "json", FIXTURE)
    tokens: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, dict) and value.get("kind") == "Token":
            tokens.append(value["prefix"] + value["text"])
        elif isinstance(value, dict):
            for each in value.values():
                collect(each)
        elif isinstance(value, list):
            for each in value:
                collect(each)

    collect(json.loads(done.stdout))
    assert sorted("".join(tokens)) == sorted(FIXTURE.read_text("utf-8"))


@pytest.mark.parametrize(("name", "status"), [("unknown-instruction", 1), ("unknown-flag", 0)])
def test_parse_says_whether_the_builder_refuses_the_file(name: str, status: int) -> None:
    done = run("parse", FIXTURE.parents[1] / name / "bad.Dockerfile")
    assert done.returncode == status
    assert f"{name}: " in done.stdout


def test_parse_needs_a_file() -> None:
    assert run("parse", "no-such-file").returncode == 2
