"""Commands of package managers."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dfopt.model import Model, Package, PackageCommand
from dfopt.model.managers import MANAGERS
from dfopt.syntax.parser import parse

EXPECTED = Path(__file__).parents[2] / "fixtures" / "model" / "packages.json"


def shown(package: Package) -> str:
    mark = "" if package.is_resolved else "?"
    return f"{mark}{package.name}{package.operator or ''}{package.version or ''}"


def first(script: str) -> PackageCommand:
    return Model(parse(f"FROM debian\nRUN {script}\n")).package_commands[0]


def test_commands_of_every_manager(model_of: Callable[[str], Model]) -> None:
    commands = model_of("packages.Dockerfile").package_commands
    found = [
        [each.manager, each.verb, each.action.value, [shown(package) for package in each.packages]] for each in commands
    ]
    assert found == json.loads(EXPECTED.read_text())
    assert {each.manager for each in commands} == {each.name for each in MANAGERS.values()} - {"pipenv"}


def test_a_word_is_where_the_package_stands(model_of: Callable[[str], Model]) -> None:
    model = model_of("packages.Dockerfile")
    packages = [package for each in model.package_commands for package in each.packages]
    assert all(model.data[each.start : each.end].decode() == each.word.text for each in packages)


@pytest.mark.parametrize(
    ("script", "is_pinned"),
    [
        ("apt-get install curl", False),
        ("apt-get install curl=7.*", True),
        ("pip install 'a>=1'", False),
        ("pip install a==1", True),
        ("npm i a@1", True),
        ("gem install a -v 1", True),
        ("apk add a~1", False),
        ("yum install a-1.2", True),
        ("yum install gcc-toolset-9", False),
    ],
)
def test_pinned_means_one_version(script: str, is_pinned: bool) -> None:
    assert first(script).packages[0].is_pinned is is_pinned


def test_files_of_requirements_are_named() -> None:
    command = first("pip install -rdev.txt --requirement base.txt a")
    assert [word.value for word in command.files] == ["dev.txt", "base.txt"]
    assert [package.name for package in command.packages] == ["a"]


@pytest.mark.parametrize("script", ["echo apt-get install x", "python -m venv pip", "./npm.sh install"])
def test_other_commands_are_none(script: str) -> None:
    assert not Model(parse(f"FROM debian\nRUN {script}\n")).package_commands
