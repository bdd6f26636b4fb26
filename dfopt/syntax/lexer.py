"""Lark's contextual lexer, taught what no terminal can say: here-documents follow the line that names them."""

from collections.abc import Iterator
from typing import Any, ClassVar, cast

import lark
from lark.lexer import ContextualLexer, LexerState

from dfopt.syntax.leaves import Cutter

_WITH_HEREDOCS = frozenset(("RUN", "COPY", "ADD"))
_WITHOUT_HEREDOCS = frozenset(("KEYWORD", "TRIGGER", "EXEC"))


class DockerfileLexer(ContextualLexer):
    """Yields a `Leaf` for each terminal."""

    escape: ClassVar[str]

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[lark.Token]:
        text = lexer_state.text
        end = len(text.text)
        cutter = Cutter(text.text, self.escape)
        line_start: int | None = None
        at = 0
        while at < end:
            found = cast("Any", self.lexers[parser_state.position]).match(text, at)
            if found is None:
                raise AssertionError(f"no terminal of the grammar fits {text.text[at : at + 40]!r}")
            terminal, kind = found
            leaf = cutter.leaf(kind, terminal, at)
            yield leaf
            at += len(terminal)
            if leaf.type in _WITH_HEREDOCS:
                line_start = at - len(leaf.token.text)
            elif leaf.type in _WITHOUT_HEREDOCS:
                line_start = None
            elif kind == "NEWLINE" and line_start is not None:
                for leaf in cutter.heredocs(line_start, at):
                    yield leaf
                    at += len(leaf.token.prefix) + len(leaf.token.text)
                line_start = None
        if line_start is not None and (bodies := list(cutter.heredocs(line_start, end))):
            yield cutter.leaf("NEWLINE", "", end)
            yield from bodies


class BackslashLexer(DockerfileLexer):
    """The lexer of most files."""

    escape = "\\"


class BacktickLexer(DockerfileLexer):
    """The lexer of a file whose escape directive names the backtick."""

    escape = "`"


LEXERS = {lexer.escape: lexer for lexer in (BackslashLexer, BacktickLexer)}
