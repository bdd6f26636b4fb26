"""Checkstyle's XML, which many editors and CI servers read."""

from collections.abc import Iterable, Iterator

from dfopt.reports.markup import attributes
from dfopt.reports.report import FileReport
from dfopt.rules.diagnostic import Diagnostic, Severity

_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info", Severity.HINT: "info"}


def render(reports: Iterable[FileReport]) -> Iterator[str]:
    """The document; files without findings stand in it too."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n'
    for report in reports:
        yield f"<file{attributes(name=report.path)}>\n"
        for diagnostic in report.diagnostics:
            yield _error(diagnostic)
        yield "</file>\n"
    yield "</checkstyle>\n"


def _error(diagnostic: Diagnostic) -> str:
    line, column, _ = diagnostic.span.start
    message = f"{diagnostic.message}: {diagnostic.help}" if diagnostic.help else diagnostic.message
    severity = _SEVERITIES[diagnostic.severity]
    source = f"dfopt.{diagnostic.group}.{diagnostic.rule}"
    return f"<error{attributes(line=line, column=column, severity=severity, message=message, source=source)}/>\n"
