"""Sizes as people read them."""

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def readable(size: int) -> str:
    """A number of bytes in decimal units with two significant digits at least: `38 MB`, `1.4 GB`."""
    amount = float(size)
    for unit in _UNITS[:-1]:
        if round(amount) < 1000:
            break
        amount /= 1000
    else:
        unit = _UNITS[-1]
    return f"{amount:.1f} {unit}" if unit != "bytes" and amount < 9.95 else f"{amount:.0f} {unit}"
