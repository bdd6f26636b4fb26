"""The expansions of a shell word that are not quoted, and how to quote them."""

import re
from itertools import groupby
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
      (?P<plain>[\w./:@%+,=^-]+)
    | (?P<variable>\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\}))
    | (?P<trimmed>\$\{[A-Za-z_]\w*(?:%%?|\#\#?)[\w./:*?,=+@-]*\})
    | (?P<substitution>\$\([^()`'"\\\n]*\)|`[^`'"\\$\n]*`)
    | (?P<quoted>'[^']*'|"(?:[^"\\`$]|\\[^\n]|\$(?![({]|$)|\$\{[A-Za-z_]\w*\}|\$\([^()`'"\\\n]*\))*")
    | (?P<other>\\[^\n]|[*?\[\]{}~!#])
    """,
    re.VERBOSE | re.ASCII,
)
_OPTION = re.compile(r"(?:-{1,2}[\w-]*|[A-Za-z_]\w*)=|-[A-Za-z](?=\$)", re.ASCII)
_NESTING = re.compile(r"""\\\r?\n[ \t]*\#|\s\#|\\.|\$?\(|[)"'`]|\bcase\b""", re.DOTALL)
_NOT_READ = frozenset({"`", "case"})
_CLOSERS = {"$(": ")", "(": ")", '"': '"', "'": "'"}
_OPERATOR = re.compile("[%#]")
_EXPANDED = ("variable", "trimmed", "substitution")


class Token(NamedTuple):
    """A part of a word.

    It is `plain` text, a `variable`, one whose value is `trimmed`, a `substitution`, something `quoted`, or an `other`
    character.
    """

    kind: str
    text: str

    @property
    def name(self) -> str:
        """The name of a variable."""
        name = self.text.strip("${}")
        return _OPERATOR.split(name, maxsplit=1)[0] if self.kind == "trimmed" else name


def tokens(text: str) -> tuple[Token, ...] | None:
    """The parts of a word as it stands in the file; None where it has parts that are not read here."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        end = match.end() if match else _end_of_substitution(text, at)
        if end is None:
            return None
        found.append(Token(str(match.lastgroup) if match else "substitution", text[at:end]))
        at = end
    return tuple(found)


def _end_of_substitution(text: str, start: int) -> int | None:
    """Where a substitution with quotes or others in it ends; None where none starts or it has parts not read here."""
    if not text.startswith("$(", start) or text.startswith("$((", start):
        return None
    awaited: list[str] = []
    for found in _NESTING.finditer(text, start):
        if found[0] in _NOT_READ or (found[0][-1] == "#" and found[0] != "\\#"):
            return None
        _follow(found[0], awaited)
        if not awaited:
            return found.end()
    return None


def _follow(mark: str, awaited: list[str]) -> None:
    """Keep what closes the quotes and the brackets that are open."""
    closer = awaited[-1] if awaited else ")"
    if awaited and (mark == closer or closer == "'" == mark[-1]):
        awaited.pop()
    elif mark in _CLOSERS and (closer == ")" or (closer == '"' and mark == "$(")):
        awaited.append(_CLOSERS[mark])


def unquoted(parts: tuple[Token, ...]) -> tuple[Token, ...]:
    """The parts that are expanded and not quoted."""
    return tuple([part for part in parts if part.kind in _EXPANDED])


def quoted(parts: tuple[Token, ...]) -> str:
    """The word with all that is expanded in double quotes, and what stands beside that where quotes change nothing.

    The name of an option, patterns and the slashes beside them, and a tilde in front stay outside.
    """
    is_tilde_in_front = parts[0].text == "~"
    if any(part.kind in ("quoted", "other") and part.text not in "*?" for part in parts[is_tilde_in_front:]):
        return "".join([f'"{part.text}"' if part.kind in _EXPANDED else part.text for part in parts])
    runs = [list(run) for _, run in groupby(parts, lambda part: part.kind == "other")]
    return "".join([_with_quotes(run, is_first=run is runs[0], is_last=run is runs[-1]) for run in runs])


def _with_quotes(parts: list[Token], *, is_first: bool, is_last: bool) -> str:
    """Neighbours in a word in one pair of quotes, if any of them is expanded."""
    text = "".join([part.text for part in parts])
    if not unquoted(tuple(parts)):
        return text
    option = _OPTION.match(text) if is_first else None
    start = option.end() if option else 0 if is_first or text[0] != "/" else 1
    end = len(text) if is_last or text[-1] != "/" else len(text) - 1
    return f'{text[:start]}"{text[start:end]}"{text[end:]}'
