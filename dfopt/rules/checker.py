"""The one walk over a file that serves all rules."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from dfopt.cached import cached_property
from dfopt.model.model import Model, with_triggers
from dfopt.rules.diagnostic import Diagnostic, Severity
from dfopt.rules.ignores import Ignore, read_ignores, silence
from dfopt.rules.registry import RuleInfo, all_rules, load
from dfopt.rules.rule import INTERESTS, Finding, HasOffsets, Place, Rule
from dfopt.rules.settings import Settings
from dfopt.syntax.positions import Lines, Span

Handler = Callable[..., Iterable[Finding]]
_Call = tuple[RuleInfo, Handler, tuple[Any, ...]]


class RuleCrashError(RuntimeError):
    """A rule raised an exception; its message names the rule."""


class Checker:
    """Checks files, one after the other, with the same settings.

    A rule is imported when a file first has something that the rule is interested in.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._infos = [info for info in all_rules().values() if info.id in settings.rules]
        self._rules: dict[str, Rule] = {}
        self._handlers = {interest: _Handlers(self, interest) for interest in INTERESTS}
        self._wide = self._wide_handlers()

    def check(self, model: Model) -> list[Diagnostic]:
        """What the rules find in a file, by place and rule, without what its comments silence."""
        text = model.text
        lines = model.lines
        found = [self._diagnostic(info, finding, lines) for info, finding in self._findings(self._calls(model))]
        if self._settings.inline_ignores and (ignores := read_ignores(model.tree, text, lines)):
            found, unused = silence(found, ignores)
            about = self._findings(self._calls_about(unused, model))
            found += [self._diagnostic(info, finding, lines) for info, finding in about]
        return sorted(found, key=lambda each: (each.span.start.offset, each.rule))

    def rule(self, info: RuleInfo) -> Rule:
        """The rule itself, made once."""
        if info.id not in self._rules:
            self._rules[info.id] = load(info)(self._settings.options.get(info.id))
        return self._rules[info.id]

    def interested(self, interest: str) -> Mapping[str, Sequence[RuleInfo]]:
        """The rules with a handler for that kind of interest, by what they want to see."""
        found: dict[str, list[RuleInfo]] = {}
        for info in self._infos:
            if INTERESTS[interest] in info.handlers:
                for key in getattr(info, interest):
                    found.setdefault(key, []).append(info)
        return found

    def _wide_handlers(self) -> Mapping[frozenset[tuple[str, str]], Sequence["_WideHandler"]]:
        """The handlers for stages and for the file, by what a file must have for them to be asked."""
        found: dict[frozenset[tuple[str, str]], list[_WideHandler]] = {}
        for info in self._infos:
            names = [name for name in ("check_stage", "check_file") if name in info.handlers]
            if names:
                interests = frozenset((interest, key) for interest in INTERESTS for key in getattr(info, interest))
                found.setdefault(interests, []).extend(_WideHandler(self, info, name) for name in names)
        return found

    def _findings(self, calls: Iterable[_Call]) -> Iterator[tuple[RuleInfo, Finding]]:
        for info, handler, arguments in calls:
            try:
                for finding in handler(*arguments):
                    yield info, finding
            except Exception as error:
                raise RuleCrashError(f"the rule {info.id} failed: {type(error).__name__}: {error}") from error

    def _calls(self, model: Model) -> Iterator[_Call]:
        """The handlers that want to see something of the file, each with what it is called with."""
        met: set[tuple[str, str]] = set()
        for interest, key, thing in _things(model):
            met.add((interest, key))
            arguments = (thing, model)
            for info, handler in self._handlers[interest][key]:
                yield info, handler, arguments
        arguments_of: dict[str, list[tuple[Any, ...]]] = {
            "check_stage": [(stage, model) for stage in model.stages],
            "check_file": [(model,)],
        }
        for interests, wide in self._wide.items():
            if interests and interests.isdisjoint(met):
                continue
            for each in wide:
                for arguments in arguments_of[each.name]:
                    yield each.info, each.handler, arguments

    def _calls_about(self, unused: Iterable[Ignore], model: Model) -> Iterator[_Call]:
        """The handlers that want to see comments that silence nothing."""
        for info in self._infos:
            if "check_ignore" in info.handlers:
                rule: Any = self.rule(info)
                for ignore in (each for each in unused if each.rules <= self._settings.rules):
                    yield info, rule.check_ignore, (ignore, model)

    def _diagnostic(self, info: RuleInfo, finding: Finding, lines: Lines) -> Diagnostic:
        return Diagnostic(
            rule=info.id,
            aliases=info.aliases + finding.aliases,
            group=info.group,
            severity=self._settings.severities.get(info.id) or finding.severity or Severity(info.severity),
            message=finding.message,
            help=finding.help or info.help,
            url=info.url,
            span=_span(finding.at, lines),
            cost=finding.cost,
            fix=finding.fix,
        )


class _Handlers(dict[str, list[tuple[RuleInfo, Handler]]]):
    """The handlers for one kind of interest, by what it is, looked up once."""

    def __init__(self, checker: Checker, interest: str) -> None:
        self._checker = checker
        self._name = INTERESTS[interest]
        self._interested = checker.interested(interest)

    def __missing__(self, key: str) -> list[tuple[RuleInfo, Handler]]:
        wanted = self._interested.get(key, ())
        self[key] = [(info, getattr(self._checker.rule(info), self._name)) for info in wanted]
        return self[key]


class _WideHandler:
    """A handler for stages or for the file, looked up once."""

    def __init__(self, checker: Checker, info: RuleInfo, name: str) -> None:
        self.info = info
        self.name = name
        self._checker = checker

    @cached_property
    def handler(self) -> Handler:
        found: Handler = getattr(self._checker.rule(self.info), self.name)
        return found


def _things(model: Model) -> Iterator[tuple[str, str, Any]]:
    """All that a rule can be interested in: the kind of interest, the key, and the thing."""
    for instruction in with_triggers(model.tree.instructions):
        yield "instructions", type(instruction).__name__, instruction
    for command in model.commands:
        yield "commands", command.program, command
    for package_command in model.package_commands:
        yield "managers", package_command.manager, package_command
    for problem in model.tree.problems:
        yield "problems", problem.code, problem


def _span(place: Place, lines: Lines) -> Span:
    if isinstance(place, Span):
        return place
    span: Span | None = getattr(place, "span", None)
    return span or lines.span_of_bytes(cast("HasOffsets", place).start, cast("HasOffsets", place).end)
