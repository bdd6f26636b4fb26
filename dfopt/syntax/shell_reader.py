"""The walk from tree-sitter-bash's tree to commands.

The grammar reads a redirection or a pipe behind a list as if it belonged to the whole list, and what follows
a here-document on its line as a part of it; here each goes to the command it belongs to.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from dfopt.syntax.blanking import blank
from dfopt.syntax.commands import Assignment, Command, Context, Redirect, Word
from dfopt.syntax.shell_words import Cutter
from dfopt.syntax.wrappers import script_word

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_SUBSTITUTION_MARK = re.compile(rb"`|\$\(|[<>]\(")

_QUOTING = re.compile(rb"['\"\\]")

_PIPES = frozenset({"|", "|&"})
_LIST_OPERATORS = frozenset({"&&", "||"})
_REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_SIMPLE = frozenset(
    {
        "command",
        "declaration_command",
        "test_command",
        "unset_command",
        "variable_assignment",
        "variable_assignments",
    }
)
_EXPRESSIONS = frozenset(
    {
        "binary_expression",
        "negation_expression",
        "parenthesized_expression",
        "ternary_expression",
        "unary_expression",
    }
)
_BODIES = frozenset({"case_item", "do_group", "elif_clause", "else_clause"})
_KEYWORDS = {
    "if": Context.CONDITION,
    "elif": Context.CONDITION,
    "while": Context.CONDITION,
    "until": Context.CONDITION,
    "then": Context.BRANCH,
    "else": Context.BRANCH,
}
_NESTING = {
    "case_item": Context.BRANCH,
    "c_style_for_statement": Context.LOOP,
    "for_statement": Context.LOOP,
    "function_definition": Context.FUNCTION,
    "subshell": Context.SUBSHELL,
    "while_statement": Context.LOOP,
}


class _Place(NamedTuple):
    """Where a statement stands: what it hangs on, what it stands in, and what the grammar put elsewhere."""

    context: tuple[Context, ...] = ()
    connector: str | None = None
    negated: bool = False
    reads_pipe: bool = False
    writes_pipe: bool = False
    arguments: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    around: tuple[Redirect, ...] = ()

    @property
    def whole_context(self) -> tuple[Context, ...]:
        return (*self.context, Context.PIPELINE) if self.reads_pipe or self.writes_pipe else self.context


class _Link(NamedTuple):
    """One statement of a chain, with the operator in front of it (None for the first)."""

    operator: str | None
    node: "Node"
    arguments: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()


def read_commands(
    data: bytes,
    start: int,
    escape: str,
    head: int,
    context: tuple[Context, ...] = (),
    around: tuple[Redirect, ...] = (),
) -> tuple[list[Command], bool]:
    """The commands of a script by their start, and whether the grammar found an error.

    The script is at byte `start` of its file; its first `head` bytes are Dockerfile lines.
    """
    source = blank(data[:head], escape) + data[head:]
    root = _parser().parse(source).root_node
    reader = _Reader(source, Cutter(data, start, escape, head))
    reader.read(root, _Place(context=context, around=around))
    commands = reader.commands
    for command in tuple(commands):
        word = script_word(command)
        span = _script_span(source, word.start - start, word.end - start) if word else None
        if span:
            first, last = span
            inner_head = min(max(head - first, 0), last - first)
            inner_context = (*command.context, Context.SCRIPT)
            inner, _ = read_commands(
                data[first:last], start + first, escape, inner_head, inner_context, command.redirects
            )
            commands += inner
    commands.sort(key=lambda command: command.start)
    return commands, root.has_error


@cache
def _parser() -> "Parser":
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def _script_span(source: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The script inside a word, where none of its characters is escaped."""
    quote = source[start : start + 1]
    if quote not in (b"'", b'"'):
        return None if _QUOTING.search(source, start, end) else (start, end)
    script = source[start + 1 : end - 1]
    if source[end - 1 : end] != quote or quote in script or (quote == b'"' and b"\\" in script):
        return None
    return start + 1, end - 1


class _Reader:
    """Visits statements from a stack, so that no nesting of a script exhausts that of Python."""

    def __init__(self, source: bytes, cutter: Cutter) -> None:
        self.commands: list[Command] = []
        self._source = source
        self._cut = cutter
        self._pending: list[tuple[Node, _Place]] = []

    def read(self, root: "Node", place: _Place) -> None:
        self._pending.append((root, place))
        while self._pending:
            self._statement(*self._pending.pop())

    def _statement(self, node: "Node", place: _Place) -> None:
        kind = node.type
        if kind in _SIMPLE:
            self._simple(node, place)
        elif kind in ("list", "pipeline"):
            self._chain(list(_links(node)), place)
        elif kind == "redirected_statement":
            self._redirected(node, place)
        elif kind == "negated_command":
            self._pending += [(child, place._replace(negated=True)) for child in node.named_children]
        elif kind in _SUBSTITUTIONS:
            context = (*place.whole_context, Context.SUBSTITUTION)
            self._sequence(node, _Place(context=context))
        else:
            self._compound(node, place)

    def _chain(self, links: list[_Link], place: _Place) -> None:
        """A list or pipeline: what stands in front goes to its first statement, what behind to its last."""
        last = len(links) - 1
        for index, link in enumerate(links):
            operator_behind = links[index + 1].operator if index < last else None
            self._pending.append(
                (
                    link.node,
                    _Place(
                        context=place.context,
                        connector=link.operator if index else place.connector,
                        negated=place.negated and index == 0,
                        reads_pipe=link.operator in _PIPES if index else place.reads_pipe,
                        writes_pipe=operator_behind in _PIPES if index < last else place.writes_pipe,
                        arguments=link.arguments + (place.arguments if index == last else ()),
                        redirects=link.redirects + (place.redirects if index == last else ()),
                        around=place.around,
                    ),
                )
            )

    def _redirected(self, node: "Node", place: _Place) -> None:
        """A statement, its redirections, and the statements behind a here-document on its line."""
        body: Node | None = None
        arguments: list[Word] = []
        redirects: list[Redirect] = []
        behind: list[_Link] = []
        for child in node.children:
            if child.type not in _REDIRECTS:
                body = body or child
                continue
            self._substitutions(child, place)
            for part in _parts(child):
                if part.type == "heredoc_redirect":
                    redirects.append(self._cut.heredoc(part))
                    behind += _links_behind(part)
                elif part.type in _REDIRECTS:
                    redirect, words = self._cut.redirect(part)
                    redirects.append(redirect)
                    arguments += words
                else:
                    arguments.append(self._cut.word(part))
        if body:
            self._chain([_Link(None, body, tuple(arguments), tuple(redirects)), *behind], place)
        else:
            self._emit(place, tuple(arguments), (), tuple(redirects))

    def _compound(self, node: "Node", place: _Place) -> None:
        nesting = _NESTING.get(node.type)
        inside = _Place(
            context=(*place.whole_context, nesting) if nesting else place.whole_context,
            connector=place.connector,
            around=place.redirects + place.around,
        )
        self._sequence(node, inside)

    def _sequence(self, node: "Node", place: _Place) -> None:
        """The statements of a script or a compound command, one after the other."""
        children = node.children
        keyword_context: tuple[Context, ...] = ()
        connector = place.connector
        for index, child in enumerate(children):
            kind = child.type
            if kind in _KEYWORDS:
                keyword_context = (_KEYWORDS[kind],)
                connector = None if index else place.connector
            elif kind == "&":
                connector = "&"
            elif kind == ")":
                connector = None
            elif kind in _BODIES:
                self._pending.append((child, place._replace(connector=None)))
            elif child.child_count:
                background = index + 1 < len(children) and children[index + 1].type == "&"
                context = (*place.context, *keyword_context, *((Context.BACKGROUND,) if background else ()))
                self._pending.append((child, place._replace(context=context, connector=connector)))
                connector = ";"

    def _simple(self, node: "Node", place: _Place) -> None:
        words: list[Word] = []
        assignments: list[Assignment] = []
        redirects: list[Redirect] = []
        parts = [node] if node.type == "variable_assignment" else node.children
        takes_assignments = node.type != "declaration_command"
        for part in parts:
            kind = part.type
            if kind == "variable_assignment" and takes_assignments:
                assignments.append(self._cut.assignment(part))
            elif kind in _REDIRECTS:
                redirect, behind = self._cut.redirect(part)
                redirects.append(redirect)
                words += behind
            elif kind in _EXPRESSIONS:
                words += [self._cut.word(operand) for operand in _operands(part)]
            elif part.start_byte < part.end_byte:
                words.append(self._cut.word(part))
        self._substitutions(node, place)
        self._emit(place, tuple(words), tuple(assignments), tuple(redirects))

    def _emit(
        self,
        place: _Place,
        words: tuple[Word, ...],
        assignments: tuple[Assignment, ...],
        redirects: tuple[Redirect, ...],
    ) -> None:
        words += place.arguments
        redirects += place.redirects
        parts: tuple[Assignment | Word | Redirect, ...] = (*assignments, *words, *redirects)
        if not parts:
            return
        command = Command(
            words=words,
            assignments=assignments,
            redirects=redirects + place.around,
            connector=place.connector,
            negated=place.negated,
            context=place.whole_context,
            start=min([part.start for part in parts]),
            end=max([part.end for part in parts]),
        )
        self.commands.append(command)

    def _substitutions(self, node: "Node", place: _Place) -> None:
        """Puts the outermost substitutions inside a node on the stack."""
        if not _SUBSTITUTION_MARK.search(self._source, node.start_byte, node.end_byte):
            return
        pending = [node]
        while pending:
            for child in pending.pop().named_children:
                if child.type in _SUBSTITUTIONS:
                    self._pending.append((child, _Place(context=place.whole_context)))
                elif child.child_count:
                    pending.append(child)


def _links(node: "Node") -> Iterator[_Link]:
    """The statements of a list or pipeline."""
    operator: str | None = None
    for child in node.children:
        if child.type in _PIPES or child.type in _LIST_OPERATORS:
            operator = child.type
        elif child.is_named and child.type != "comment":
            yield _Link(operator, child)


def _parts(redirect: "Node") -> Iterator["Node"]:
    """The redirection itself, and what the grammar put into it if it is a here-document's."""
    yield redirect
    if redirect.type == "heredoc_redirect":
        for index, child in enumerate(redirect.children):
            field = redirect.field_name_for_child(index)
            if field in ("argument", "redirect"):
                yield child


def _links_behind(heredoc: "Node") -> Iterator[_Link]:
    for index, child in enumerate(heredoc.children):
        if child.type == "pipeline":
            yield from _links(child)
        elif heredoc.field_name_for_child(index) == "right":
            operator = heredoc.child_by_field_name("operator")
            yield _Link(operator.type if operator else None, child)


def _operands(expression: "Node") -> Iterator["Node"]:
    """The words of a test, brackets and operators included."""
    pending = [expression]
    while pending:
        node = pending.pop()
        if node.type in _EXPRESSIONS:
            pending += reversed(node.children)
        else:
            yield node
