"""Comments that silence rules: dfopt's own, hadolint's and BuildKit's."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
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

    def is_about(self, rule: str, aliases: Iterable[str]) -> bool:
        """Whether it names a rule, or a finding of it by one of its aliases."""
        named = {name.casefold() for name in self.names}
        return rule in self.rules or any(alias.casefold() in named for alias in aliases)


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
    at = bisect_left(tree.instructions, comment.start, key=lambda each: each.span.end)
    return tree.instructions[at].span if at < len(tree.instructions) else None


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
    groups = _Groups(ignores)
    left = [each for each in diagnostics if not groups.silencing(each)]
    return left, tuple([each for each in ignores if each not in groups.used])


class _Groups:
    """Ignores by the instruction that they are about; what a group says of a rule is worked out once."""

    def __init__(self, ignores: Iterable[Ignore]) -> None:
        self.used: set[Ignore] = set()
        self._groups: defaultdict[Span | None, list[Ignore]] = defaultdict(list)
        for ignore in ignores:
            self._groups[ignore.instruction].append(ignore)
        self._instructions = sorted(span for span in self._groups if span)
        self._answers: dict[tuple[Span | None, str, tuple[str, ...]], bool] = {}

    def silencing(self, diagnostic: Diagnostic) -> bool:
        """Whether an ignore is about a diagnostic; those that are have been used."""
        at = bisect_right(self._instructions, diagnostic.span.start, key=lambda span: span.start) - 1
        own = self._instructions[at] if at >= 0 and diagnostic.span.start <= self._instructions[at].end else None
        answers = [self._answer(each, diagnostic) for each in {None, own} if each in self._groups]
        return any(answers)

    def _answer(self, group: Span | None, diagnostic: Diagnostic) -> bool:
        key = (group, diagnostic.rule, diagnostic.aliases)
        if key not in self._answers:
            found = [each for each in self._groups[group] if each.is_about(diagnostic.rule, diagnostic.aliases)]
            self.used.update(found)
            self._answers[key] = bool(found)
        return self._answers[key]
