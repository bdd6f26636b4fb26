"""SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), as code scanning services read it."""

import json
import string
from collections.abc import Iterable, Iterator
from typing import Any

from dfopt.reports.report import FileReport
from dfopt.rules.diagnostic import Diagnostic, Fix, Severity
from dfopt.rules.registry import RuleInfo, all_rules
from dfopt.syntax.positions import Lines, Span
from dfopt.version import __version__

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_URI_BYTES = frozenset(b"/-._~" + string.ascii_letters.encode() + string.digits.encode())
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.HINT: "note"}


def render(reports: Iterable[FileReport]) -> Iterator[str]:
    """The log, with one run; its rules are those that have findings."""
    listed = list(reports)
    found = sorted({diagnostic.rule for report in listed for diagnostic in report.diagnostics})
    places = {rule: index for index, rule in enumerate(found)}
    driver = {
        "name": "dfopt",
        "version": __version__,
        "informationUri": "https://github.com/dfopt/dfopt",
        "rules": [_rule(all_rules()[rule]) for rule in found],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _location(report.path)} for report in listed],
        "results": [
            _result(diagnostic, places[diagnostic.rule], index, report)
            for index, report in enumerate(listed)
            for diagnostic in report.diagnostics
        ],
    }
    yield json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(info: RuleInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "shortDescription": {"text": info.summary},
        "help": {"text": info.help or info.summary},
        "defaultConfiguration": {"level": _LEVELS[Severity(info.severity)]},
        "properties": {"tags": [info.group, *info.aliases]},
        **({"helpUri": info.url} if info.url else {}),
    }


def _result(diagnostic: Diagnostic, rule: int, artifact: int, report: FileReport) -> dict[str, Any]:
    location = {
        "physicalLocation": {
            "artifactLocation": {**_location(report.path), "index": artifact},
            "region": _region(diagnostic.span),
        }
    }
    return {
        "ruleId": diagnostic.rule,
        "ruleIndex": rule,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": diagnostic.message},
        "locations": [location],
        **({"fixes": [_fix(diagnostic.fix, artifact, report)]} if diagnostic.fix else {}),
        **({"properties": {"bytes": diagnostic.cost.bytes}} if diagnostic.cost else {}),
    }


def _fix(fix: Fix, artifact: int, report: FileReport) -> dict[str, Any]:
    lines = Lines(report.data.decode("utf-8", "surrogateescape"))
    replacements = [
        {
            "deletedRegion": _region(Span(lines.position_of_byte(edit.start), lines.position_of_byte(edit.end))),
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    change = {"artifactLocation": {**_location(report.path), "index": artifact}, "replacements": replacements}
    return {"description": {"text": fix.title}, "artifactChanges": [change]}


def _region(span: Span) -> dict[str, int]:
    (start_line, start_column, _), (end_line, end_column, _) = span
    return {"startLine": start_line, "startColumn": start_column, "endLine": end_line, "endColumn": end_column}


def _location(path: str) -> dict[str, str]:
    data = path.encode("utf-8", "surrogateescape")
    return {"uri": "".join([chr(byte) if byte in _URI_BYTES else f"%{byte:02X}" for byte in data])}
