"""The walk from tree-sitter-bash's tree to commands.

The grammar reads a redirection or a pipe behind a list as if it belonged to the whole list; here it goes to the
command it belongs to.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from dfopt.syntax.commands import Assignment, Command, Context, Redirect, Word
from dfopt.syntax.shell_heredocs import take_out
from dfopt.syntax.shell_words import Cutter, Source
from dfopt.syntax.wrappers import script_of

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_MAX_NESTING = 100

_SUBSTITUTION_MARK = re.compile(rb"`|\$\(|[<>]\(")
_EMPTY_SUBSTITUTION = re.compile(rb"`[ \t]*#[^`\n]*`")
_QUOTING = re.compile(rb"['\"\\]")

_PIPES = frozenset({"|", "|&"})
_LIST_OPERATORS = frozenset({"&&", "||"})
_REDIRECTS = frozenset({"file_redirect", "herestring_redirect"})
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
    source: Source, context: tuple[Context, ...] = (), around: tuple[Redirect, ...] = ()
) -> tuple[list[Command], bool]:
    """The commands of a script by their start, and whether the grammar found an error.

    What stands in more than 100 loops, subshells and the like is not read.
    """
    text, heredocs = take_out(_EMPTY_SUBSTITUTION.sub(_blanks, source.blanked))
    root = _parser().parse(text).root_node
    reader = _Reader(text, Cutter(source, heredocs))
    reader.read(root, _Place(context=context, around=around))
    commands = {(command.start, command.end): command for command in reader.commands}
    for command in reader.commands:
        if word := script_of(command):
            for inner in _inner_commands(command, word, source, text):
                commands.setdefault((inner.start, inner.end), inner)
    return sorted(commands.values(), key=lambda command: command.start), root.has_error


@cache
def _parser() -> "Parser":
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def _inner_commands(command: Command, word: Word, source: Source, text: bytes) -> list[Command]:
    """The commands of the script that a command reads from one of its words or from a here-document."""
    first, last = word.start - source.start, word.end - source.start
    redirects = tuple([redirect for redirect in command.redirects if redirect.body is not word])
    if len(redirects) == len(command.redirects):
        inside = _inside_quotes(text, first, last)
        if not inside:
            return []
        first, last = inside
    return read_commands(source.part(first, last), (*command.context, Context.SCRIPT), redirects)[0]


def _inside_quotes(text: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The part of a word that is a script as it stands: all of it is quoted alike, or nothing is."""
    quote = text[start : start + 1]
    if quote not in (b"'", b'"'):
        return None if _QUOTING.search(text, start, end) else (start, end)
    inner = text[start + 1 : end - 1]
    if text[end - 1 : end] != quote or quote in inner or (quote == b'"' and b"\\" in inner):
        return None
    return start + 1, end - 1


def _blanks(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])


class _Reader:
    """Visits statements from a stack, so that no nesting of a script exhausts that of Python."""

    def __init__(self, text: bytes, cutter: Cutter) -> None:
        self.commands: list[Command] = []
        self._text = text
        self._cut = cutter
        self._pending: list[tuple[Node, _Place]] = []

    def read(self, root: "Node", place: _Place) -> None:
        self._pending.append((root, place))
        while self._pending:
            self._statement(*self._pending.pop())

    def _statement(self, node: "Node", place: _Place) -> None:
        kind = node.type
        if len(place.context) > _MAX_NESTING:
            return
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
        """A statement, its redirections, and the arguments between them."""
        body: Node | None = None
        arguments: list[Word] = []
        redirects: list[Redirect] = []
        for child in node.children:
            if child.type in _REDIRECTS:
                self._substitutions(child, place)
                redirect, words = self._cut.redirect(child)
                redirects.append(redirect)
                arguments += words
            elif child.type != "heredoc_redirect":
                body = body or child
        if body:
            self._chain([_Link(None, body, tuple(arguments), tuple(redirects))], place)
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
                is_same = connector == place.connector and context == place.context
                self._pending.append(
                    (child, place if is_same else place._replace(context=context, connector=connector))
                )
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
                word = self._cut.word(part)
                # The grammar ends a word behind a dollar sign that expands nothing, as in https://x/$a-$b-c.
                words.append(words.pop().followed_by(word) if words and words[-1].end == word.start else word)
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
        if not _SUBSTITUTION_MARK.search(self._text, node.start_byte, node.end_byte):
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
        kind = child.type
        if kind in _PIPES or kind in _LIST_OPERATORS:
            operator = kind
        elif child.is_named and kind != "comment":
            yield _Link(operator, child)


def _operands(expression: "Node") -> Iterator["Node"]:
    """The words of a test, brackets and operators included."""
    pending = [expression]
    while pending:
        node = pending.pop()
        if node.type in _EXPRESSIONS:
            pending += reversed(node.children)
        else:
            yield node
