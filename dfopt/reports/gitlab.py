"""GitLab's Code Quality report, as `artifacts:reports:codequality` takes it: a part of Code Climate's format."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from dfopt.reports.report import FileReport
from dfopt.rules.diagnostic import Diagnostic, Severity

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "minor", Severity.HINT: "info"}


def render(reports: Iterable[FileReport]) -> Iterator[str]:
    """An array of findings."""
    separator = "["
    for report in reports:
        seen: Counter[tuple[str, bytes]] = Counter()
        for diagnostic in report.diagnostics:
            start, end = diagnostic.span
            same = (diagnostic.rule, report.data[start.offset : end.offset])
            seen[same] += 1
            finding = _finding(report.path, diagnostic, _fingerprint(report.path, *same, seen[same]))
            yield f"{separator}\n{json.dumps(finding)}"
            separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def _finding(path: str, diagnostic: Diagnostic, fingerprint: str) -> dict[str, Any]:
    start, end = diagnostic.span
    text = f"{diagnostic.message}: {diagnostic.help}" if diagnostic.help else diagnostic.message
    return {
        "description": text,
        "check_name": diagnostic.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[diagnostic.severity],
        "location": {"path": path.removeprefix("./"), "lines": {"begin": start.line, "end": end.line}},
    }


def _fingerprint(path: str, rule: str, text: bytes, number: int) -> str:
    """What stays the same when the lines above change: GitLab tells by it which findings are new."""
    parts = (path.encode("utf-8", "surrogateescape"), rule.encode(), text, str(number).encode())
    return sha256(b"\0".join(parts)).hexdigest()
