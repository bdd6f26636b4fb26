"""Lark's contextual lexer, taught what no terminal can say: here-documents follow the line that names them."""

from collections.abc import Iterator
from typing import Any, ClassVar, cast

import lark
from lark.lexer import ContextualLexer, LexerState

from dfopt.syntax.leaves import Cutter

_LINE_ENDS = frozenset(("BOM", "DIRECTIVE", "NEWLINE"))
_WITH_HEREDOCS = frozenset(("RUN", "COPY", "ADD"))
_WITHOUT_HEREDOCS = frozenset(("KEYWORD", "TRIGGER", "EXEC"))


class DockerfileLexer(ContextualLexer):
    """Yields a `Leaf` for each terminal."""

    escape: ClassVar[str]

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[lark.Token]:
        text = lexer_state.text
        end = len(text.text)
        cutter = Cutter(text.text, self.escape)
        ignored = cast("Any", self.root_lexer).ignore_types
        heredoc_line: int | None = None
        kind = "NEWLINE"
        prefix = at = 0
        while at < end:
            found = cast("Any", self.lexers[parser_state.position]).match(text, at)
            if found is None:
                raise AssertionError(f"no terminal of the grammar fits {text.text[at : at + 40]!r}")
            start, at = at, at + len(found[0])
            if found[1] in ignored:
                continue
            leaf = cutter.leaf(found[1], prefix, start, at)
            yield leaf
            prefix = at
            kind = leaf.type
            if kind in _WITH_HEREDOCS:
                heredoc_line = start
            elif kind in _WITHOUT_HEREDOCS:
                heredoc_line = None
            elif kind == "NEWLINE" and heredoc_line is not None:
                for leaf in cutter.heredocs(heredoc_line, at):
                    yield leaf
                    at += len(leaf.token.prefix) + len(leaf.token.text)
                prefix = at
                heredoc_line = None
        yield from _rest(cutter, kind, prefix, end, heredoc_line)


def _rest(cutter: Cutter, kind: str, prefix: int, end: int, heredoc_line: int | None) -> Iterator[lark.Token]:
    """What is left at the end of the file: ignored text, and here-documents that have no line any more."""
    if kind in _LINE_ENDS:
        if prefix < end:
            yield cutter.leaf("TRAILER", prefix, end, end)
        return
    bodies = list(cutter.heredocs(heredoc_line, end)) if heredoc_line is not None else []
    if prefix < end or bodies:
        yield cutter.leaf("NEWLINE", prefix, end, end)
        yield from bodies


class BackslashLexer(DockerfileLexer):
    """The lexer of most files."""

    escape = "\\"


class BacktickLexer(DockerfileLexer):
    """The lexer of a file whose escape directive names the backtick."""

    escape = "`"


LEXERS = {lexer.escape: lexer for lexer in (BackslashLexer, BacktickLexer)}
