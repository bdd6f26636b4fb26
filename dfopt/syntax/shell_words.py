"""Words, assignments and redirections, cut out of a shell script along the nodes of tree-sitter-bash."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dfopt.cached import cached_property
from dfopt.frozen import frozen
from dfopt.syntax.blanking import blank, join
from dfopt.syntax.commands import Assignment, Redirect, Word
from dfopt.syntax.shell_heredocs import HeredocBody

if TYPE_CHECKING:
    from tree_sitter import Node

_PLAIN = re.compile(r"""[^\\'"$`*?\[{~(\n]+""")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_IN_DOUBLE_QUOTES = re.compile(r'\\([$`"\\\n])')
_GLOB = re.compile(r"[*?]|\[.+\]|\A~")
_BRACES = re.compile(r"\{[^{}]*(?:,|\.\.)[^{}]*\}")
_EXPANDED_IN_HEREDOC = re.compile(r"[$`\\]")
_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)
_JOINED = frozenset({"command_name", "concatenation", "variable_assignment"})
_EXPANSIONS = frozenset(
    {
        "ansi_c_string",
        "arithmetic_expansion",
        "array",
        "brace_expression",
        "command_substitution",
        "expansion",
        "process_substitution",
        "simple_expansion",
        "translated_string",
    }
)


@frozen(slots=False)
class Source:
    """The bytes of a script as they stand at byte `start` of a file.

    The first `head` of them are Dockerfile lines, in which `escape` continues a line; the rest are bodies of
    here-documents, which stand as they are.
    """

    data: bytes
    start: int
    escape: str
    head: int

    @cached_property
    def blanked(self) -> bytes:
        """The bytes with Dockerfile's continuations overwritten, as `blank` does."""
        lines = blank(self.data[: self.head], self.escape)
        return lines if self.head == len(self.data) else lines + self.data[self.head :]

    def part(self, start: int, end: int) -> "Source":
        """The script between two offsets of this one."""
        head = min(max(self.head - start, 0), end - start)
        return Source(self.data[start:end], self.start + start, self.escape, head)


class Cutter:
    """Cuts one script; `heredocs` are the bodies taken out of it, by the offset of their operator."""

    def __init__(self, source: Source, heredocs: Mapping[int, HeredocBody]) -> None:
        self._data = source.data
        self._start = source.start
        self._escape = source.escape
        self._head = source.head
        self._heredocs = heredocs

    def word(self, node: "Node") -> Word:
        """The word of any node that is one argument."""
        start, end = node.start_byte, node.end_byte
        text = self._data[start:end].decode("utf-8", "surrogateescape")
        if _PLAIN.fullmatch(text):
            return Word(text, text, True, self._start + start, self._start + end)
        value, is_static = self._value(node)
        return Word(text, value, is_static, self._start + start, self._start + end)

    def assignment(self, node: "Node") -> Assignment:
        """The assignment of a `variable_assignment`."""
        name, operator, *values = node.children
        end = operator.end_byte
        value = self.word(values[0]) if values else Word("", "", True, self._start + end, self._start + end)
        return Assignment(
            name=self._text(name),
            operator=operator.type,
            value=value,
            start=self._start + node.start_byte,
            end=self._start + node.end_byte,
        )

    def redirect(self, node: "Node") -> tuple[Redirect, tuple[Word, ...]]:
        """The redirection of a `…_redirect`, and the words behind its target.

        The grammar counts those words among the targets; they are arguments of the command.
        """
        descriptor: int | None = None
        operator = ""
        body: HeredocBody | None = None
        words: list[Word] = []
        for child in node.children:
            if child.type == "file_descriptor":
                descriptor = _number(self._text(child))
            elif child.is_named:
                words.append(self.word(child))
            elif not operator:
                body = self._heredocs.get(child.start_byte)
                operator = body.operator if body else child.type
        redirect = Redirect(
            operator=operator,
            descriptor=descriptor,
            target=words[0] if words else None,
            body=self._body(body) if body else None,
            start=self._start + node.start_byte,
            end=words[0].end if words else self._start + node.end_byte,
        )
        return redirect, tuple(words[1:])

    def _body(self, body: HeredocBody) -> Word:
        text = self._data[body.start : body.end].decode("utf-8", "surrogateescape")
        is_static = not (body.expands and _EXPANDED_IN_HEREDOC.search(text))
        value = _LEADING_TABS.sub("", text) if body.operator == "<<-" else text
        return Word(text, value, is_static, self._start + body.start, self._start + body.end)

    def _value(self, node: "Node") -> tuple[str, bool]:
        """What the command gets, and whether that is certain."""
        kind = node.type
        if kind in _JOINED:
            values = [self._value(child) for child in node.children]
            is_static = all(static for _, static in values) and not _BRACES.search(self._text(node))
            return "".join([value for value, _ in values]), is_static
        if kind == "raw_string":
            return self._joined(node.start_byte + 1, node.end_byte - 1), True
        if kind == "string":
            return self._double_quoted(node)
        text = self._joined(node.start_byte, node.end_byte)
        if kind in _EXPANSIONS:
            return text, False
        return _ESCAPED.sub(_unescaped, text), not _GLOB.search(_ESCAPED.sub("", text))

    def _double_quoted(self, node: "Node") -> tuple[str, bool]:
        parts: list[str] = []
        at = node.start_byte + 1
        expansions = [child for child in node.named_children if child.type != "string_content"]
        for expansion in expansions:
            parts.append(self._unquoted(at, expansion.start_byte))
            parts.append(self._text(expansion))
            at = expansion.end_byte
        parts.append(self._unquoted(at, node.end_byte - 1))
        return "".join(parts), not expansions

    def _unquoted(self, start: int, end: int) -> str:
        return _ESCAPED_IN_DOUBLE_QUOTES.sub(_unescaped, self._joined(start, end))

    def _joined(self, start: int, end: int) -> str:
        """The script's text without its continuations."""
        data = self._data[start:end]
        if start < self._head:
            data = join(data, self._escape)
        return data.decode("utf-8", "surrogateescape")

    def _text(self, node: "Node") -> str:
        return self._data[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")


def _number(digits: str) -> int | None:
    return int(digits) if digits.isdecimal() and len(digits) < 10 else None


def _unescaped(escaped: re.Match[str]) -> str:
    return "" if escaped[1] == "\n" else escaped[1]
