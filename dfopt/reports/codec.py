"""Findings as the JSON of the contract, and back."""

import json
from collections.abc import Iterable
from typing import Any

from dfopt.rules.diagnostic import Basis, Cost, Diagnostic, Fix, Safety, Severity
from dfopt.syntax.edits import Edit
from dfopt.syntax.positions import Lines, Position, Span


def encode(diagnostics: Iterable[Diagnostic], text: str) -> str:
    """A JSON array of the findings in a file that consists of `text`."""
    lines = Lines(text)
    return json.dumps([_diagnostic(each, lines) for each in diagnostics], ensure_ascii=False)


def decode(encoded: str) -> tuple[Diagnostic, ...]:
    """The findings that `encode` wrote; what a fix declares is left out, as programs that read them gate nothing."""
    return tuple([_read_diagnostic(each) for each in json.loads(encoded)])


def _diagnostic(diagnostic: Diagnostic, lines: Lines) -> dict[str, Any]:
    cost, fix = diagnostic.cost, diagnostic.fix
    return {
        "rule": diagnostic.rule,
        "aliases": diagnostic.aliases,
        "group": diagnostic.group,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "url": diagnostic.url,
        "range": _range(diagnostic.span),
        "cost": {"bytes": cost.bytes, "basis": cost.basis.value} if cost else None,
        "fix": _fix(fix, lines) if fix else None,
    }


def _fix(fix: Fix, lines: Lines) -> dict[str, Any]:
    edits = [
        {
            "range": _range(Span(lines.position_of_byte(edit.start), lines.position_of_byte(edit.end))),
            "text": edit.text,
        }
        for edit in fix.edits
    ]
    return {"safety": fix.safety.value, "title": fix.title, "edits": edits}


def _range(span: Span) -> dict[str, dict[str, int]]:
    return {"start": span.start._asdict(), "end": span.end._asdict()}


def _read_diagnostic(found: dict[str, Any]) -> Diagnostic:
    cost, fix = found["cost"], found["fix"]
    return Diagnostic(
        rule=found["rule"],
        aliases=tuple(found["aliases"]),
        group=found["group"],
        severity=Severity(found["severity"]),
        message=found["message"],
        help=found["help"],
        url=found["url"],
        span=_read_range(found["range"]),
        cost=Cost(cost["bytes"], Basis(cost["basis"])) if cost else None,
        fix=_read_fix(fix) if fix else None,
    )


def _read_fix(fix: dict[str, Any]) -> Fix:
    edits = [(_read_range(edit["range"]), edit["text"]) for edit in fix["edits"]]
    return Fix(
        Safety(fix["safety"]),
        fix["title"],
        tuple([Edit(span.start.offset, span.end.offset, text) for span, text in edits]),
    )


def _read_range(found: dict[str, dict[str, int]]) -> Span:
    return Span(Position(**found["start"]), Position(**found["end"]))
