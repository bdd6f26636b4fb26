"""Findings as the JSON of the contract, and back."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from dfopt.rules.diagnostic import Basis, Cost, Diagnostic, Fix, Safety, Severity
from dfopt.syntax.edits import Edit
from dfopt.syntax.positions import Lines, Position, Span

_json = json.JSONEncoder(ensure_ascii=False).encode
_text = json.encoder.encode_basestring
"""A text as JSON: what `_json` calls in the end."""


def encode(diagnostics: Iterable[Diagnostic], lines: Lines) -> str:
    """A JSON array of the findings in a file of these lines.

    It is put together from pieces, as what all findings of a rule share is then encoded once, and not for each of them.
    """
    return f"[{', '.join([_diagnostic(each, lines) for each in diagnostics])}]"


def decode(encoded: str) -> tuple[Diagnostic, ...]:
    """The findings that `encode` wrote; what a fix declares is left out, as programs that read them gate nothing."""
    return tuple([_read_diagnostic(each) for each in json.loads(encoded)])


def _diagnostic(diagnostic: Diagnostic, lines: Lines) -> str:
    cost, fix = diagnostic.cost, diagnostic.fix
    return (
        f"{{{_rule(diagnostic.rule, diagnostic.aliases, diagnostic.group, diagnostic.severity)}, "
        f'"message": {_text(diagnostic.message)}, '
        f"{_advice(diagnostic.help, diagnostic.url)}, "
        f'"range": {_range(diagnostic.span)}, '
        f'"cost": {_cost(cost) if cost else "null"}, '
        f'"fix": {_fix(fix, lines) if fix else "null"}}}'
    )


@lru_cache(1024)
def _rule(rule: str, aliases: tuple[str, ...], group: str, severity: Severity) -> str:
    return _members({"rule": rule, "aliases": aliases, "group": group, "severity": severity.value})


@lru_cache(1024)
def _advice(help_: str, url: str) -> str:
    return _members({"help": help_, "url": url})


def _members(found: dict[str, Any]) -> str:
    """The members of an object, without its braces."""
    return _json(found)[1:-1]


def _cost(cost: Cost) -> str:
    return f'{{"bytes": {cost.bytes}, "basis": "{cost.basis}"}}'


def _fix(fix: Fix, lines: Lines) -> str:
    edits = ", ".join([_edit(edit, lines) for edit in fix.edits])
    return f'{{"safety": "{fix.safety}", "title": {_text(fix.title)}, "edits": [{edits}]}}'


def _edit(edit: Edit, lines: Lines) -> str:
    span = lines.span_of_bytes(edit.start, edit.end)
    return f'{{"range": {_range(span)}, "text": {_text(edit.text)}}}'


def _range(span: Span) -> str:
    start, end = span
    return (
        f'{{"start": {{"line": {start.line}, "column": {start.column}, "offset": {start.offset}}}, '
        f'"end": {{"line": {end.line}, "column": {end.column}, "offset": {end.offset}}}}}'
    )


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
