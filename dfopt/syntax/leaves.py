"""The terminals of a file, cut from its text and given their place."""

import re
from collections.abc import Iterator
from typing import Self

import lark

from dfopt.syntax.continuations import joined
from dfopt.syntax.heredocs import HeredocMark, heredocs
from dfopt.syntax.nodes import Token
from dfopt.syntax.positions import Lines
from dfopt.syntax.words import WordError

KEYWORDS = frozenset(
    "FROM RUN CMD ENTRYPOINT SHELL HEALTHCHECK COPY ADD VOLUME EXPOSE ENV LABEL ARG USER WORKDIR STOPSIGNAL MAINTAINER "
    "ONBUILD".split()
)


class Leaf(lark.Token):
    """A terminal as Lark sees it, by its type alone, with the token of the tree that it becomes.

    `mark` is the here-document that a HEREDOC_BODY belongs to.
    """

    __slots__ = ("mark", "token")

    token: Token
    mark: HeredocMark | None

    def __new__(cls, kind: str, token: Token) -> Self:
        leaf = str.__new__(cls)
        leaf.type = kind
        leaf.token = token
        return leaf


class Cutter:
    """Makes the leaves of one file, from the kind and the text of each terminal and the index where it starts."""

    def __init__(self, source: str, escape: str) -> None:
        self._source = source
        self._escape = escape
        self._lines = Lines(source)

    def leaf(self, kind: str, prefix: int, start: int, end: int) -> Leaf:
        """The leaf of the terminal from index `start` up to `end`, whose prefix starts at index `prefix`.

        A keyword that is known becomes a kind of its own.
        """
        token = Token(self._source[prefix:start], self._source[start:end], self._lines.span(start, end), self._escape)
        if kind == "KEYWORD" or kind == "TRIGGER":
            keyword = token.value.strip().upper()
            if keyword in KEYWORDS and (kind, keyword) != ("TRIGGER", "ONBUILD"):
                kind = keyword
        return Leaf(kind, token)

    def heredocs(self, start: int, at: int) -> Iterator[Leaf]:
        """The leaves, from index `at` on, of the here-documents that the line from `start` up to `at` names."""
        for mark in self._marks(start, at):
            found = _terminator(mark, self._source, at)
            body = self.leaf("HEREDOC_BODY", at, at, found.start() if found else len(self._source))
            body.mark = mark
            yield body
            if not found:
                return
            yield self.leaf("HEREDOC_END", found.start(), *found.span("name"))
            at = found.end()
            if found["line_end"]:
                yield self.leaf("NEWLINE", *found.span("line_end")[:1], *found.span("line_end"))

    def _marks(self, start: int, end: int) -> list[HeredocMark]:
        if self._source.find("<<", start, end) < 0:
            return []
        try:
            return heredocs(joined(self._source[start:end], self._escape))
        except WordError:
            return []


def _terminator(mark: HeredocMark, source: str, at: int) -> re.Match[str] | None:
    """The line that ends a here-document: its leading tabs, its name, its line end."""
    tabs = r"\t*" if mark.chomp else ""
    pattern = re.compile(rf"^{tabs}(?P<name>{re.escape(mark.name)})(?P<line_end>\r*\n|\r*\Z)", re.MULTILINE)
    found = pattern.search(source, at)
    return found if found and found.start() < len(source) else None
