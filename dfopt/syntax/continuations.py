"""Lines that the escape character at their end joins to the next one."""

import re

_LINE_END = r"[ \t]*\r*\n(?:[^\S\n]*+(?:\#[^\n]*+)?\n)*"

CONTINUATIONS = {
    "\\": re.compile(r"(?<!\\)\\" + _LINE_END),
    "`": re.compile(r"(?<!`)`" + _LINE_END),
}
"""By escape character: it, blanks, the line end, and the lines of comment or white space that are skipped then.

The grammar's CONTINUATION says the same, and takes one at the end of the file too, which no token's text has inside.
"""


def joined(text: str, escape: str) -> str:
    """A token's text without its continuations, as the builder reads it."""
    return CONTINUATIONS[escape].sub("", text) if "\n" in text else text
