"""`fix`: bytes in, bytes out, round by round until nothing is left that can be fixed.

A round collects the fixes of all findings, applies those that don't overlap, reads the result again and sends it
through the gate. Where the gate refuses, the fixes are halved until those that it refuses are alone, and they are left
out. The last round applies nothing: each fix that is left has been refused in the file as it is then, so that a second
run changes nothing.
"""

import os
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dfopt.fix.gate import Rewrite, objection
from dfopt.model.context import Context
from dfopt.model.model import Model
from dfopt.rules.checker import Checker, RuleCrashError
from dfopt.rules.diagnostic import Diagnostic, Fix, Safety
from dfopt.rules.settings import Settings
from dfopt.syntax.edits import Edit, apply, overlap
from dfopt.syntax.parser import decode, parse

MAX_ROUNDS = 10

Check = Callable[[Model], Iterable[Diagnostic]]
"""What the rules find in a file: a pure function, such as the method of a `Checker`."""

Accept = Callable[[Diagnostic, bytes], bool]
"""Whether to apply the fix of a diagnostic to the file as it is now; asked again when a later round meets it again."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fix that was not applied, and why."""

    diagnostic: Diagnostic
    reason: str


@dataclass(frozen=True, slots=True)
class FixResult:
    """A file after its fixes.

    `applied` are in the order of application; their places are those in the file of their round. `remaining` is what
    the rules still find in the result, `refused` the fixes among it that were to be applied. `rounds` counts those that
    changed the file.
    """

    data: bytes
    applied: tuple[Diagnostic, ...]
    refused: tuple[Refusal, ...]
    remaining: tuple[Diagnostic, ...]
    rounds: int

    @property
    def saved(self) -> int:
        """The bytes by which the image becomes smaller, as far as the findings have a price."""
        return sum(each.cost.bytes for each in self.applied if each.cost)


def fix(
    source: "os.PathLike[str] | bytes | str",
    settings: Settings | None = None,
    context: Context | None = None,
    *,
    unsafe: bool = False,
) -> FixResult:
    """A Dockerfile with all safe fixes applied, and the unsafe ones too if asked for; no file is written.

    The arguments are those of `check`. Raises OSError where the path can't be read.
    """
    if isinstance(source, os.PathLike):
        path = Path(source)
        context = context or Context.at(path.parent, path)
        source = path.read_bytes()
    data = source if isinstance(source, bytes) else decode(source).encode("utf-8", "surrogateescape")
    return Fixer(Checker(settings or Settings()).check, unsafe=unsafe).fix(data, context)


class Fixer:
    """Fixes files, one after the other, with the same rules."""

    def __init__(self, check: Check, *, unsafe: bool = False, accept: Accept | None = None) -> None:
        self._check = check
        self._unsafe = unsafe
        self._accept = accept

    def fix(self, data: bytes, context: Context | None = None) -> FixResult:
        """One file; raises RuleCrashError."""
        state = self._read(data, context)
        applied: list[Diagnostic] = []
        for rounds in range(MAX_ROUNDS):
            outcome = self._round(state)
            if not outcome.applied:
                return FixResult(state.data, tuple(applied), outcome.refused, state.found, rounds)
            applied += outcome.applied
            state = outcome.state
        refused = [Refusal(each, f"still not settled after {MAX_ROUNDS} rounds") for each in self._wanted(state)]
        return FixResult(state.data, tuple(applied), tuple(refused), state.found, MAX_ROUNDS)

    def _read(self, data: bytes, context: Context | None) -> "_State":
        model = Model(parse(data), context)
        return _State(data, model, tuple(self._check(model)))

    def _wanted(self, state: "_State") -> list[Diagnostic]:
        """The findings whose fixes are to be applied, by the place of their first edit."""
        fixable = [each for each in state.found if _is_wanted(each.fix, unsafe=self._unsafe)]
        return sorted(fixable, key=lambda each: (min(_edits_of([each])), each.rule))

    def _round(self, state: "_State") -> "_Outcome":
        """All fixes at once, if they go together; else by halves, until the ones that don't are alone and refused."""
        wanted, refused = self._accepted(state)
        applied: list[Diagnostic] = []
        reached = state
        groups = [wanted]
        while groups:
            group = groups.pop()
            fitting, rivals = _fitting(group, applied)
            attempt = self._attempt(state, [*applied, *fitting]) if fitting else reached
            if isinstance(attempt, _State):
                reached = attempt
                applied += fitting
                refused += rivals
            elif len(group) == 1:
                refused.append(Refusal(group[0], attempt))
            else:
                middle = len(group) // 2
                groups += [group[middle:], group[:middle]]
        return _Outcome(reached, tuple(applied), tuple(refused))

    def _accepted(self, state: "_State") -> tuple[list[Diagnostic], list[Refusal]]:
        """The findings whose fixes are to be applied, and those that somebody declined."""
        wanted = self._wanted(state)
        if self._accept is None:
            return wanted, []
        accepted = [each for each in wanted if self._accept(each, state.data)]
        return accepted, [Refusal(each, "declined") for each in wanted if each not in accepted]

    def _attempt(self, state: "_State", diagnostics: Sequence[Diagnostic]) -> "_State | str":
        """The file after some fixes, or why they are refused."""
        edits = _edits_of(diagnostics)
        try:
            data = apply(state.data, edits)
        except ValueError as error:
            return f"its edits don't fit the file: {error}"
        if data == state.data:
            return "changes nothing"
        after = Model(parse(data), state.model.context)
        fixes = tuple([each.fix for each in diagnostics if each.fix])
        if reason := objection(Rewrite(state.model, after, fixes)):
            return reason
        try:
            found = tuple(self._check(after))
        except RuleCrashError as error:
            return f"in the result {error}"
        if rule := self._left_over(state.found, found, diagnostics):
            return f"{rule} would find the same again"
        return _State(data, after, found)

    def _left_over(
        self, before: Sequence[Diagnostic], after: Sequence[Diagnostic], applied: Iterable[Diagnostic]
    ) -> str | None:
        """A rule that has as much to fix as before although fixes of it were applied, and finds as much as before."""
        was, now = self._count(before), self._count(after)
        found_was, found_now = (Counter([each.rule for each in found]) for found in (before, after))
        fixed = Counter([each.rule for each in applied])
        unsettled = (rule for rule, count in fixed.items() if now[rule] > was[rule] - count)
        return next((rule for rule in unsettled if found_now[rule] > found_was[rule] - fixed[rule]), None)

    def _count(self, diagnostics: Iterable[Diagnostic]) -> Counter[str]:
        return Counter([each.rule for each in diagnostics if _is_wanted(each.fix, unsafe=self._unsafe)])


@dataclass(frozen=True, slots=True)
class _State:
    """A file between two rounds."""

    data: bytes
    model: Model
    found: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a round led to."""

    state: _State
    applied: tuple[Diagnostic, ...]
    refused: tuple[Refusal, ...]


def _is_wanted(fix: Fix | None, *, unsafe: bool) -> bool:
    return fix is not None and bool(fix.edits) and (unsafe or fix.safety is Safety.SAFE)


def _edits_of(diagnostics: Iterable[Diagnostic]) -> list[Edit]:
    return [edit for each in diagnostics if each.fix for edit in each.fix.edits]


def _fitting(group: Iterable[Diagnostic], applied: Iterable[Diagnostic]) -> tuple[list[Diagnostic], list[Refusal]]:
    """Those of a group that change other places than what is applied and each other; the first one has the place."""
    taken = sorted((edit, each.rule) for each in applied for edit in _edits_of([each]))
    fitting: list[Diagnostic] = []
    rivals: list[Refusal] = []
    for diagnostic in group:
        edits = _edits_of([diagnostic])
        rival = next((rule for edit in edits for rule in _rivals(edit, taken)), None)
        if rival:
            rivals.append(Refusal(diagnostic, f"changes the same place as the fix of {rival}"))
        else:
            fitting.append(diagnostic)
            for edit in edits:
                insort(taken, (edit, diagnostic.rule))
    return fitting, rivals


def _rivals(edit: Edit, taken: list[tuple[Edit, str]]) -> Iterator[str]:
    """The rules of the neighbours, among edits that don't overlap each other, that an edit overlaps."""
    at = bisect_left(taken, (edit, ""))
    return (rule for other, rule in taken[max(at - 1, 0) : at + 1] if overlap(other, edit))
