"""The pages in docs/rules are those that the rules make."""

from pathlib import Path

import pytest

from dfopt.rules.pages import pages

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
PAGES = pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_is_fresh(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == PAGES[name], "run python -m dfopt.rules.pages"


def test_no_page_is_left_of_a_rule_that_is_gone() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)
