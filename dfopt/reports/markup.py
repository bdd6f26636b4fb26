"""Text in XML."""

import re
from html import escape

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS = str.maketrans({"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})


def attributes(**values: object) -> str:
    """Attributes as they stand in a tag, each with a blank in front; what XML has no place for is replaced."""
    return "".join([f' {name}="{_escaped(str(value))}"' for name, value in values.items()])


def text(content: str) -> str:
    """Text between two tags."""
    return escape(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", content), quote=False)


def _escaped(value: str) -> str:
    return escape(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)).translate(_BLANKS)
