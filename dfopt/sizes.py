"""Sizes as people read them."""

from math import floor

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def readable(size: int, digits: int = 3) -> str:
    """A number of bytes in decimal units, with so many significant digits at least: `116 MB`, `1.43 GB`."""
    amount, units = float(size), list(_UNITS)
    while amount >= 999.5 and len(units) > 1:
        amount /= 1000
        del units[0]
    places = 0 if units[0] == "bytes" else digits - 1
    while places and amount >= 10 ** (digits - places) - 0.5 / 10**places:
        places -= 1
    return f"{floor(amount * 10**places + 0.5) / 10**places:.{places}f} {units[0]}"
