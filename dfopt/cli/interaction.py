"""Asking, fix by fix."""

from collections.abc import Callable

import click

from dfopt.fix.diff import unified_diff
from dfopt.rules.diagnostic import Diagnostic
from dfopt.syntax.edits import apply

_CHOICES = "ynaq"
_QUESTION = "Apply this fix? [y]es, [n]o, [a]ll from here on, [q]uit and leave the rest"


class Interaction:
    """Shows each fix on standard error and asks whether to apply it; no fix is asked about twice."""

    def __init__(self) -> None:
        self._answers: dict[tuple[object, ...], bool] = {}
        self._for_all: bool | None = None

    def asking_about(self, path: str) -> Callable[[Diagnostic, bytes], bool]:
        """What decides about the fixes of one file."""
        return lambda diagnostic, data: self._decide(path, diagnostic, data)

    def _decide(self, path: str, diagnostic: Diagnostic, data: bytes) -> bool:
        edits = diagnostic.fix.edits if diagnostic.fix else ()
        replaced = [(data[edit.start : edit.end], edit.text) for edit in edits]
        key = (path, diagnostic.rule, diagnostic.message, *replaced)
        if key not in self._answers:
            self._answers[key] = self._for_all if self._for_all is not None else self._ask(path, diagnostic, data)
        return self._answers[key]

    def _ask(self, path: str, diagnostic: Diagnostic, data: bytes) -> bool:
        fix = diagnostic.fix
        if fix is None:
            return False
        place = f"{path}:{diagnostic.span.start.line}:{diagnostic.span.start.column}"
        click.secho(f"\n{place}: {diagnostic.message} ({diagnostic.rule})", bold=True, err=True)
        click.echo(f"{fix.title} ({fix.safety.value})\n", err=True)
        click.echo(unified_diff(path, data, apply(data, fix.edits)), err=True)
        answer = click.prompt(_QUESTION, type=click.Choice(list(_CHOICES)), show_choices=False, err=True)
        if answer in "aq":
            self._for_all = answer == "a"
        return answer in "ya"
