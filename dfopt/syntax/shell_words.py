"""Words, assignments and redirections, cut out of a shell script along the nodes of tree-sitter-bash."""

import re
from typing import TYPE_CHECKING

from dfopt.syntax.blanking import join
from dfopt.syntax.commands import Assignment, Redirect, Word

if TYPE_CHECKING:
    from tree_sitter import Node

_PLAIN = re.compile(r"""[^\\'"$`*?\[{~(\n]+""")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_IN_DOUBLE_QUOTES = re.compile(r'\\([$`"\\\n])')
_GLOB = re.compile(r"[*?]|\[.+\]|\A~")
_BRACES = re.compile(r"\{[^{}]*(?:,|\.\.)[^{}]*\}")
_HEREDOC_QUOTES = re.compile(r"['\"\\]")
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


class Cutter:
    """Cuts one script, at byte `start` of its file, whose first `head` bytes are Dockerfile lines."""

    def __init__(self, data: bytes, start: int, escape: str, head: int) -> None:
        self._data = data
        self._start = start
        self._escape = escape
        self._head = head

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
        """The redirection of a `file_redirect` or `herestring_redirect`, and the words behind its target.

        The grammar counts those words among the targets; they are arguments of the command.
        """
        descriptor: int | None = None
        operator = ""
        words: list[Word] = []
        for child in node.children:
            if child.type == "file_descriptor":
                descriptor = _number(self._text(child))
            elif child.is_named:
                words.append(self.word(child))
            else:
                operator = operator or child.type
        start = self._start + node.start_byte
        end = words[0].end if words else self._start + node.end_byte
        return Redirect(operator, descriptor, words[0] if words else None, None, start, end), tuple(words[1:])

    def heredoc(self, node: "Node") -> Redirect:
        """The redirection of a `heredoc_redirect`, without what else the grammar puts into it."""
        descriptor: int | None = None
        operator = ""
        target: Word | None = None
        body: Word | None = None
        for child in node.children:
            if child.type == "file_descriptor":
                descriptor = _number(self._text(child))
            elif child.type == "heredoc_start":
                target = self._heredoc_start(child)
            elif child.type == "heredoc_body":
                body = self._heredoc_body(child, target, chomp=operator == "<<-")
            elif not target:
                operator = child.type
        start = self._start + node.start_byte
        return Redirect(operator, descriptor, target, body, start, target.end if target else start)

    def _heredoc_start(self, node: "Node") -> Word:
        text = self._text(node)
        value = _HEREDOC_QUOTES.sub("", text)
        return Word(text, value, True, self._start + node.start_byte, self._start + node.end_byte)

    def _heredoc_body(self, node: "Node", target: Word | None, *, chomp: bool) -> Word:
        text = self._text(node)
        is_static = (target is not None and target.text != target.value) or not _EXPANDED_IN_HEREDOC.search(text)
        value = _LEADING_TABS.sub("", text) if chomp else text
        return Word(text, value, is_static, self._start + node.start_byte, self._start + node.end_byte)

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
