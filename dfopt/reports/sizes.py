"""Sizes as people read them."""

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def readable(size: int) -> str:
    """A number of bytes in decimal units with two significant digits at least: `38 MB`, `1.4 GB`."""
    amount = float(size)
    units = list(_UNITS)
    while round(amount) >= 1000 and len(units) > 1:
        amount /= 1000
        del units[0]
    has_fraction = amount < 9.95 and units[0] != "bytes"
    return f"{amount:.1f} {units[0]}" if has_fraction else f"{amount:.0f} {units[0]}"
