"""The expansions of a shell word that are not quoted, and how to quote them."""

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
      (?P<plain>[\w./:@%+,=^-]+)
    | (?P<variable>\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\}))
    | (?P<substitution>\$\([^()`'"\\\n]*\)|`[^`'"\\$\n]*`)
    | (?P<quoted>'[^']*'|"(?:[^"\\`$]|\\[^\n]|\$(?![({]|$)|\$\{[A-Za-z_]\w*\}|\$\([^()`'"\\\n]*\))*")
    | (?P<other>\\[^\n]|[*?\[\]{}~!#])
    """,
    re.VERBOSE | re.ASCII,
)
_OPTION = re.compile(r"(?:-{1,2}[\w-]*|[A-Za-z_]\w*)=|-[A-Za-z](?=\$)", re.ASCII)
_EXPANDED = ("variable", "substitution")


class Token(NamedTuple):
    """A part of a word: `plain` text, a `variable`, a `substitution`, something `quoted`, or an `other` character."""

    kind: str
    text: str

    @property
    def name(self) -> str:
        """The name of a variable."""
        return self.text.strip("${}")


def tokens(text: str) -> tuple[Token, ...] | None:
    """The parts of a word as it stands in the file; None where it has parts that are not read here."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        found.append(Token(str(match.lastgroup), match[0]))
        at = match.end()
    return tuple(found)


def unquoted(parts: tuple[Token, ...]) -> tuple[Token, ...]:
    """The parts that are expanded and not quoted."""
    return tuple([part for part in parts if part.kind in _EXPANDED])


def quoted(parts: tuple[Token, ...]) -> str:
    """The word with all that is expanded in double quotes: the whole word or value of an option where that can be."""
    text = "".join([part.text for part in parts])
    if all(part.kind in ("plain", *_EXPANDED) for part in parts):
        option = _OPTION.match(text)
        start = option.end() if option else 0
        return f'{text[:start]}"{text[start:]}"'
    return "".join([f'"{part.text}"' if part.kind in _EXPANDED else part.text for part in parts])
