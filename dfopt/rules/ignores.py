"""Comments that silence rules: dfopt's own, hadolint's and BuildKit's."""

import re
from collections.abc import Iterable, Iterator

from dfopt.frozen import frozen
from dfopt.rules.diagnostic import Diagnostic
from dfopt.rules.registry import UnknownRuleError, owner_of_code, resolve
from dfopt.syntax.nodes import Dockerfile
from dfopt.syntax.positions import Lines, Span

_MARKS = ("dfopt:", "hadolint")
_COMMENT = re.compile(
    r"^[^\S\n]*(?P<text>#[^\S\n]*(?P<tool>dfopt:|hadolint\b)[^\S\n]*(?P<rest>.*?))[^\S\n]*$",
    re.MULTILINE | re.IGNORECASE,
)
_DFOPT = re.compile(r"(?P<scope>ignore|ignore-file)\[(?P<names>[^\]]*)\](?P<reason>.*)", re.IGNORECASE)
_HADOLINT = re.compile(r"(?P<scope>ignore|global ignore)\s*=\s*(?P<names>[\w,\s-]*)(?P<reason>.*)", re.IGNORECASE)
_SEPARATOR = re.compile(r"[\s,]+")


@frozen(eq=False)
class Ignore:
    """One comment that silences the rules of `names` in one instruction, or in the file where `instruction` is None.

    `span` is that of the comment. `rules` are the ids that the names stand for, `unknown` the names without a rule.
    `is_own` says that the comment speaks to dfopt, not to another tool; without names it is not understood.
    """

    names: tuple[str, ...]
    rules: frozenset[str]
    unknown: tuple[str, ...]
    reason: str
    span: Span
    instruction: Span | None
    is_own: bool

    def silences(self, diagnostic: Diagnostic) -> bool:
        """Whether it is about that finding."""
        if self.instruction and not self.instruction.start <= diagnostic.span.start <= self.instruction.end:
            return False
        named = {name.casefold() for name in self.names}
        return diagnostic.rule in self.rules or any(alias.casefold() in named for alias in diagnostic.aliases)


def read_ignores(tree: Dockerfile, text: str, lines: Lines) -> tuple[Ignore, ...]:
    """The ignores of a file whose text is `text`, with its `lines`."""
    found = list(_directives(tree))
    if any(mark in text for mark in _MARKS):
        found += _comments(tree, text, lines)
    return tuple(found)


def _directives(tree: Dockerfile) -> Iterator[Ignore]:
    """BuildKit's `# check=skip=A,B;error=true`."""
    for directive in tree.directives:
        if directive.name != "check":
            continue
        for field in directive.value.split(";"):
            key, _, names = field.partition("=")
            if key.strip().lower() == "skip":
                yield _ignore(names, "", directive.span, None, is_own=False)


def _comments(tree: Dockerfile, text: str, lines: Lines) -> Iterator[Ignore]:
    for comment in _COMMENT.finditer(text):
        span = lines.span(comment.start("text"), comment.end("text"))
        is_own = comment["tool"].lower() == "dfopt:"
        match = (_DFOPT if is_own else _HADOLINT).fullmatch(comment["rest"])
        if match is None:
            if is_own:
                yield _ignore("", "", span, None, is_own=True)
            continue
        whole_file = match["scope"].lower() in ("ignore-file", "global ignore")
        instruction = None if whole_file else _instruction_below(tree, span)
        if whole_file or instruction:
            yield _ignore(match["names"], match["reason"].strip(), span, instruction, is_own=is_own)


def _instruction_below(tree: Dockerfile, comment: Span) -> Span | None:
    """The instruction that a comment stands above or, behind a continuation, in."""
    return next((each.span for each in tree.instructions if each.span.end >= comment.start), None)


def _ignore(names: str, reason: str, span: Span, instruction: Span | None, *, is_own: bool) -> Ignore:
    listed = tuple([name for name in _SEPARATOR.split(names) if name])
    rules: set[str] = set()
    unknown = []
    for name in listed:
        try:
            rules |= resolve(name) if not owner_of_code(name) else frozenset()
        except UnknownRuleError:
            unknown.append(name)
    return Ignore(listed, frozenset(rules), tuple(unknown), reason, span, instruction, is_own)


def silence(
    diagnostics: Iterable[Diagnostic], ignores: tuple[Ignore, ...]
) -> tuple[list[Diagnostic], tuple[Ignore, ...]]:
    """The diagnostics that no ignore silences, and the ignores that silenced none."""
    left = []
    used: set[Ignore] = set()
    for diagnostic in diagnostics:
        silencing = [each for each in ignores if each.silences(diagnostic)]
        used.update(silencing)
        if not silencing:
            left.append(diagnostic)
    return left, tuple([each for each in ignores if each not in used])
