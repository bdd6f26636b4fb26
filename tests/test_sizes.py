"""Sizes as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.sizes import readable

UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (9_994, "9.99 kB"),
        (9_995, "10.0 kB"),
        (999_500, "1.00 MB"),
        (116_500_000, "117 MB"),
        (10**15, "1.00 PB"),
    ],
)
def test_sizes_have_three_digits(size: int, told: str) -> None:
    assert readable(size) == told


@pytest.mark.parametrize(
    ("size", "told"), [(9_940, "9.9 kB"), (9_960, "10 kB"), (38_400_000, "38 MB"), (116_000, "116 kB")]
)
def test_prices_have_two_digits(size: int, told: str) -> None:
    assert readable(size, digits=2) == told


@given(st.integers(0, 10**18), st.sampled_from([2, 3]))
def test_a_size_is_as_exact_as_its_digits(size: int, digits: int) -> None:
    number, unit = readable(size, digits).split()
    assert abs(float(number) * 1000 ** UNITS.index(unit) - size) <= 5.1 * 10**-digits * size + 0.5
    assert float(number) < 1000 or unit == "PB"
