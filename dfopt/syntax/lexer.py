"""Lark's contextual lexer, taught what no terminal can say: here-documents follow the line that names them."""

import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, cast

from lark.lexer import BasicLexer, ContextualLexer, LexerState

from dfopt.cached import cached_property
from dfopt.syntax.leaves import Cutter, Leaf

_LINE_ENDS = frozenset(("BOM", "DIRECTIVE", "NEWLINE"))
_WITH_HEREDOCS = frozenset(("RUN", "COPY", "ADD"))
_WITHOUT_HEREDOCS = frozenset(("KEYWORD", "TRIGGER", "EXEC"))


class TerminalLexer(BasicLexer):
    """Tries one terminal after the other.

    Lark joins the terminals of each state into one pattern, and for the states of a usual file these take 18 ms to
    compile.  Those of the terminals, which the states share, take 5 ms, and most runs read a single file.
    """

    @cached_property
    def _matchers(self) -> list[tuple[str, Callable[[str, int], re.Match[str] | None]]]:
        return [(terminal.name, re.compile(terminal.pattern.to_regexp()).match) for terminal in self.terminals]

    def first_match(self, text: str, at: int) -> tuple[str, int] | None:
        """The terminal at an index, by priority, and where it ends."""
        for name, match in self._matchers:
            if found := match(text, at):
                return name, found.end()
        return None


class DockerfileLexer(ContextualLexer):
    """Yields a `Leaf` for each terminal."""

    BasicLexer = TerminalLexer
    escape: ClassVar[str]

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[Leaf]:
        text = lexer_state.text.text
        states = parser_state.state_stack
        lexers = cast("dict[int, TerminalLexer]", self.lexers)
        end = len(text)
        cutter = Cutter(text, self.escape)
        ignored = cast("TerminalLexer", self.root_lexer).ignore_types
        heredoc_line: int | None = None
        kind = "NEWLINE"
        prefix = at = 0
        while at < end:
            found = lexers[states[-1]].first_match(text, at)
            if found is None:
                raise AssertionError(f"no terminal of the grammar fits {text[at : at + 40]!r}")
            start = at
            terminal, at = found
            if terminal in ignored:
                continue
            leaf = cutter.leaf(terminal, prefix, start, at)
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


def _rest(cutter: Cutter, kind: str, prefix: int, end: int, heredoc_line: int | None) -> Iterator[Leaf]:
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
