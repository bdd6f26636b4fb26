"""The terminals of a file, cut from its text and given their place."""

import re
from collections.abc import Iterator

import lark

from dfopt.syntax.continuations import CONTINUATIONS, joined
from dfopt.syntax.heredocs import HeredocMark, heredocs
from dfopt.syntax.nodes import Token
from dfopt.syntax.positions import Lines, Span
from dfopt.syntax.words import WordError

KEYWORDS = frozenset(
    "FROM RUN CMD ENTRYPOINT SHELL HEALTHCHECK COPY ADD VOLUME EXPOSE ENV LABEL ARG USER WORKDIR STOPSIGNAL MAINTAINER "
    "ONBUILD".split()
)

_ABOVE = re.compile(r"(?:[^\S\n]*+(?:\#[^\n]*+)?\n)*+[^\S\n]*+")
_LINE_END = re.compile(r"\r?\n\Z")
_SEPARATORS = {escape: re.compile(rf"(?:[^\S\n]++|{pattern.pattern})++") for escape, pattern in CONTINUATIONS.items()}


class Leaf(lark.Token):
    """A terminal as Lark sees it, with the token of the tree that it becomes.

    `mark` is the here-document that a HEREDOC_BODY belongs to.
    """

    __slots__ = ("mark", "token")

    token: Token
    mark: HeredocMark | None


class Cutter:
    """Makes the leaves of one file, from the kind and the text of each terminal and the index where it starts."""

    def __init__(self, source: str, escape: str) -> None:
        self._source = source
        self._escape = escape
        self._lines = Lines(source)

    def leaf(self, kind: str, text: str, at: int) -> Leaf:
        """The leaf of a terminal; a keyword that is known becomes a kind of its own."""
        prefix = self._prefix_length(kind, text)
        token = self._token(text[:prefix], text[prefix:], at + prefix)
        if kind == "KEYWORD" or kind == "TRIGGER":
            keyword = token.value.strip().upper()
            if keyword in KEYWORDS and (kind, keyword) != ("TRIGGER", "ONBUILD"):
                kind = keyword
        return self._leaf(kind, token)

    def heredocs(self, start: int, at: int) -> Iterator[Leaf]:
        """The leaves, from index `at` on, of the here-documents that the line from `start` up to `at` names."""
        for mark in self._marks(start, at):
            found = _terminator(mark, self._source, at)
            end = found.start() if found else len(self._source)
            yield self._leaf("HEREDOC_BODY", self._token("", self._source[at:end], at), mark)
            if not found:
                return
            tabs, name, line_end = found.groups()
            yield self._leaf("HEREDOC_END", self._token(tabs, name, found.start(2)))
            if line_end:
                yield self.leaf("NEWLINE", line_end, found.start(3))
            at = found.end()

    def _marks(self, start: int, end: int) -> list[HeredocMark]:
        if self._source.find("<<", start, end) < 0:
            return []
        try:
            return heredocs(joined(self._source[start:end], self._escape))
        except WordError:
            return []

    def _prefix_length(self, kind: str, text: str) -> int:
        first = text[:1]
        match kind:
            case "KEYWORD":
                return _length(_ABOVE, text) if first.isspace() or first == "#" else 0
            case "TRAILER":
                return _length(_ABOVE, text) if self._escape in text else len(text)
            case "NEWLINE":
                found = _LINE_END.search(text)
                return found.start() if found and self._escape not in text else 0
            case "BOM" | "DIRECTIVE":
                return 0
        length = len(text) - len(text.lstrip())
        return _length(_SEPARATORS[self._escape], text) if text[length] == self._escape else length

    def _token(self, prefix: str, text: str, at: int) -> Token:
        position = self._lines.position
        return Token(prefix, text, Span(position(at), position(at + len(text))), self._escape)

    def _leaf(self, kind: str, token: Token, mark: HeredocMark | None = None) -> Leaf:
        leaf = Leaf(kind, token.text)
        leaf.token = token
        leaf.mark = mark
        return leaf


def _length(pattern: re.Pattern[str], text: str) -> int:
    """How much of the head of a text a pattern matches."""
    found = pattern.match(text)
    return found.end() if found else 0


def _terminator(mark: HeredocMark, source: str, at: int) -> re.Match[str] | None:
    """The line that ends a here-document: its leading tabs, its name, its line end."""
    tabs = r"\t*" if mark.chomp else ""
    pattern = re.compile(rf"^({tabs})({re.escape(mark.name)})(\r*\n|\r*\Z)", re.MULTILINE)
    found = pattern.search(source, at)
    return found if found and found.start() < len(source) else None
