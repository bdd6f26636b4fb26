"""Workflow commands, which GitHub Actions shows beside the lines they are about."""

from collections.abc import Iterable, Iterator

from dfopt.reports.report import FileReport
from dfopt.rules.diagnostic import Diagnostic, Severity

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice", Severity.HINT: "notice"}
_ESCAPES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY_ESCAPES = _ESCAPES | str.maketrans({":": "%3A", ",": "%2C"})


def render(reports: Iterable[FileReport]) -> Iterator[str]:
    """One command a line for each finding."""
    for report in reports:
        for diagnostic in report.diagnostics:
            yield _command(report.path, diagnostic)


def _command(path: str, diagnostic: Diagnostic) -> str:
    start, end = diagnostic.span
    properties = {
        "file": path,
        "line": start.line,
        "endLine": end.line,
        "title": diagnostic.rule,
        **({"col": start.column, "endColumn": end.column} if start.line == end.line else {}),
    }
    named = ",".join(f"{name}={str(value).translate(_PROPERTY_ESCAPES)}" for name, value in properties.items())
    message = f"{diagnostic.message}: {diagnostic.help}" if diagnostic.help else diagnostic.message
    return f"::{_LEVELS[diagnostic.severity]} {named}::{message.translate(_ESCAPES)}\n"
