"""Elements of SVG, in coordinates with one decimal."""

from xml.etree.ElementTree import Element


def element(tag: str, text: str | None = None, **attributes: str | float) -> Element:
    """An element; `class_` is its class, and other underscores in names of attributes are hyphens."""
    made = Element(tag)
    for name, value in attributes.items():
        if value != "":
            made.set(name.rstrip("_").replace("_", "-"), value if isinstance(value, str) else number(value))
    made.text = text
    return made


def rectangle(x: float, y: float, width: float, height: float, kind: str = "") -> Element:
    """A box."""
    return element("rect", x=x, y=y, width=width, height=height, class_=kind)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Element:
    """A line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


def text(x: float, y: float, words: str, kind: str = "") -> Element:
    """Words on a baseline."""
    return element("text", words, x=x, y=y, class_=kind)


def upright(x: float, y: float, words: str, kind: str = "") -> Element:
    """Words that are read upwards."""
    made = text(x, y, words, kind)
    made.set("transform", f"rotate(-90 {number(x)} {number(y)})")
    return made


def number(value: float) -> str:
    """`12`, `12.5`."""
    return f"{value:.1f}".removesuffix(".0")
