"""Comments that silence rules. Each ADD of the fixtures says by its source what is to happen to it."""

import re
from pathlib import Path

import pytest

from dfopt.rules.check import check
from dfopt.rules.registry import selected
from dfopt.rules.settings import Settings

FILES = sorted((Path(__file__).parents[2] / "fixtures" / "ignores").glob("*.Dockerfile"))
ADDED = re.compile(r"^ADD (silenced|reported)", re.MULTILINE)


def reported_lines(path: Path, *, inline_ignores: bool) -> list[int]:
    settings = Settings(selected(["add-instead-of-copy"], ()), inline_ignores=inline_ignores)
    return [diagnostic.span.start.line for diagnostic in check(path, settings)]


def lines_of(path: Path, *words: str) -> list[int]:
    text = path.read_text("utf-8")
    return [text.count("\n", 0, each.start()) + 1 for each in ADDED.finditer(text) if each[1] in words]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_only_what_is_named_is_silenced(path: Path) -> None:
    assert reported_lines(path, inline_ignores=True) == lines_of(path, "reported")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_silenced_where_inline_ignores_are_forbidden(path: Path) -> None:
    assert reported_lines(path, inline_ignores=False) == lines_of(path, "silenced", "reported")
