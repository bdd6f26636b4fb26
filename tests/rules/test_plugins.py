"""Rules of another package, found by its entry point and tested by the helper that it imports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

RULE = '''
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Maintainer

class NoMaintainer(Rule):
    """A MAINTAINER is written."""

    id = "acme-no-maintainer"
    aliases = ("ACME1",)
    instructions = (Maintainer,)

    def check_instruction(self, instruction, model):
        yield Finding(instruction, f"{instruction.argument.value} is no maintainer at Acme")
'''


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A package with a rule, as installed in a folder of `sys.path`."""
    package = tmp_path / "packages" / "acme" / "rules" / "upkeep"
    package.mkdir(parents=True)
    for folder in (package, package.parent, package.parent.parent):
        (folder / "__init__.py").touch()
    (package / "no_maintainer.py").write_text(RULE, "utf-8")
    metadata = tmp_path / "packages" / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[dfopt.rules]\nacme = acme.rules\n", "utf-8")
    return {**os.environ, "PYTHONPATH": str(tmp_path / "packages"), "XDG_CACHE_HOME": str(tmp_path / "cache")}


def run(code: str, environment: dict[str, str], cwd: Path) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_a_rule_of_another_package_is_on(environment: dict[str, str], tmp_path: Path) -> None:
    code = (
        "import dfopt\n"
        "for found in dfopt.check('FROM scratch\\nMAINTAINER me\\n'): print((found.rule, found.group, found.message))"
    )
    assert "('acme-no-maintainer', 'upkeep', 'me is no maintainer at Acme')" in run(code, environment, tmp_path)


def test_its_fixtures_are_run_by_the_helper(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "fixtures" / "acme-no-maintainer"
    folder.mkdir(parents=True)
    (folder / "bad.Dockerfile").write_text("FROM scratch\nMAINTAINER me\n", "utf-8")
    (folder / "good.Dockerfile").write_text("FROM scratch\n", "utf-8")
    code = (
        "from pathlib import Path; from dfopt.rules.testing import cases\n"
        "for case in cases(Path('fixtures')): case.verify(); print(case)"
    )
    assert run(code, environment, tmp_path).split() == ["acme-no-maintainer/bad", "acme-no-maintainer/good"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("acme-no-maintainer", "add-instead-of-copy"), "both have a rule called add-instead-of-copy"),
        (("ACME1", "Add-Instead-Of-Copy"), "has a rule called like the alias Add-Instead-Of-Copy"),
    ],
    ids=["id", "alias"],
)
def test_a_name_that_is_taken_is_refused(
    environment: dict[str, str], tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    rule = tmp_path / "packages" / "acme" / "rules" / "upkeep" / "no_maintainer.py"
    rule.write_text(RULE.replace(*change), "utf-8")
    code = (
        "from dfopt.rules.registry import all_rules, RegistrationError\n"
        "try: all_rules()\nexcept RegistrationError as error: print(error)"
    )
    assert told in run(code, environment, tmp_path)


def test_an_alias_may_be_shared(environment: dict[str, str], tmp_path: Path) -> None:
    rule = tmp_path / "packages" / "acme" / "rules" / "upkeep" / "no_maintainer.py"
    rule.write_text(RULE.replace("ACME1", "DL4000"), "utf-8")
    code = "from dfopt.rules.registry import resolve; print(sorted(resolve('DL4000')))"
    assert run(code, environment, tmp_path).strip() == "['acme-no-maintainer', 'maintainer-instruction']"
