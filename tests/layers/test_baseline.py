"""Budgets: limits as people write them, and what is over them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.layers.answers import Answers
from dfopt.layers.baseline import BaselineError, Comparison, compare, parse_limit
from dfopt.layers.fleet import Basis, Fleet, Image, Layer, Waste, WasteKind
from dfopt.layers.reports.json import render
from dfopt.layers.reports.markdown import render as markdown
from dfopt.layers.sharing import answer

SIZES = st.lists(st.integers(0, 10**9), max_size=4)


def fleet(sizes: list[int], waste: int = 0, *, known: bool = True) -> Answers:
    """Images of one layer each, of known size or not, all with some waste."""
    basis = Basis.MEASURED if known else None
    wasted = (Waste("/tmp/a", waste, WasteKind.DELETED, 0),) if waste else ()
    layers = [Layer(f"sha256:{n}-{size}", "RUN make", size if known else None, basis) for n, size in enumerate(sizes)]
    return answer(Fleet(tuple([Image(f"shop/{n}", "linux/amd64", (each,), wasted) for n, each in enumerate(layers)])))


def saved(folder: Path, answers: Answers) -> Path:
    path = folder / "layers.json"
    path.write_text("".join(render(answers)))
    return path


@pytest.mark.parametrize(
    ("text", "size"), [("5MB", 5_000_000), ("1.5 kb", 1500), ("300KiB", 307_200), ("42", 42), ("2%", 20), ("0.1%", 1)]
)
def test_limits_are_amounts_or_shares(text: str, size: int) -> None:
    assert parse_limit(text).of(1000) == size


@pytest.mark.parametrize("text", ["", "MB", "5 bananas", "-5MB", "5%%", "1e3"])
def test_other_limits_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        parse_limit(text)


@given(before=SIZES, now=SIZES, limit=st.integers(0, 10**9))
def test_growth_is_over_budget_where_more_is_stored_than_allowed(
    tmp_path_factory: pytest.TempPathFactory, before: list[int], now: list[int], limit: int
) -> None:
    path = saved(tmp_path_factory.mktemp("baseline"), fleet(before))
    compared = compare(fleet(now), path, parse_limit(str(limit)), None)
    assert bool(compared.excesses) == (sum(now) - sum(before) > limit)
    assert {each.name for each in compared.changed} == {
        f"shop/{n}" for n in range(max(len(before), len(now))) if before[n : n + 1] != now[n : n + 1]
    }


@given(SIZES)
def test_a_size_that_has_become_known_is_no_growth(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    path = saved(tmp_path_factory.mktemp("baseline"), fleet(sizes, known=False))
    compared = compare(fleet(sizes), path, parse_limit("0"), None)
    assert not compared.excesses
    assert not compared.changed


@given(st.lists(st.integers(1, 10**9), max_size=4), st.integers(1, 10**9), st.integers(0, 100))
def test_waste_is_over_budget_image_by_image(sizes: list[int], waste: int, percent: int) -> None:
    compared = compare(fleet(sizes, waste), None, None, parse_limit(f"{percent}%"))
    assert len(compared.excesses) == sum(waste > int(size * (percent / 100)) for size in sizes)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("no json", "is not JSON"),
        ("[]", "is no report"),
        ('{"version": 1, "files": []}', "is no report"),
        ('{"version": 2, "summary": {}, "layers": [], "images": []}', "has version 2"),
        ('{"version": 1, "summary": {}, "layers": [], "images": [{}]}', "is no report"),
        (
            '{"version": 1, "summary": {"stored_bytes": "x", "waste_bytes": 0}, "layers": [], "images": []}',
            "is no report",
        ),
    ],
)
def test_what_is_no_baseline_is_told(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "layers.json"
    path.write_text(content)
    with pytest.raises(BaselineError, match=reason):
        compare(fleet([1]), path, None, None)


def test_a_missing_baseline_is_told(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="can't be read"):
        compare(fleet([1]), tmp_path / "none.json", None, None)


def summary(answers: Answers, compared: Comparison) -> str:
    return "\n".join(markdown(answers, compared))


def test_the_summary_says_what_has_changed(tmp_path: Path) -> None:
    path = saved(tmp_path, fleet([10_000_000, 20_000_000]))
    now = fleet([10_000_000, 26_000_000, 1_000_000], waste=500_000)
    text = summary(now, compare(now, path, parse_limit("5MB"), parse_limit("2%")))
    assert "| stored | 30.0 MB | 37.0 MB | +7.00 MB |" in text
    assert "| shop/1 | 20.0 MB | 26.0 MB | +6.00 MB | 500 kB |" in text
    assert "| shop/2 | new | 1.00 MB | +1.00 MB | 500 kB |" in text
    assert text.count("**Over budget:**") == 3


def test_the_summary_is_a_table_whatever_an_image_is_called(tmp_path: Path) -> None:
    path = saved(tmp_path, fleet([1]))
    image = Image("a|b <img src=x>\n# c [d](e)", "linux/amd64", ())
    now = answer(Fleet((image,)))
    text = summary(now, compare(now, path, None, None))
    (line,) = [line for line in text.splitlines() if "img" in line]
    assert line.replace("\\|", "").count("|") == 6
    assert "<img" not in text
    assert "](" not in text.replace("\\[d](", "")
