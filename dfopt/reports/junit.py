"""JUnit's XML, which CI servers show as a table of tests: a file is a suite, and each finding a test that failed."""

from collections.abc import Iterable, Iterator

from dfopt.reports.markup import attributes, text
from dfopt.reports.report import FileReport
from dfopt.rules.diagnostic import Diagnostic


def render(reports: Iterable[FileReport]) -> Iterator[str]:
    """The document; a file without findings is a suite of one test that passed."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="dfopt">\n'
    for report in reports:
        found = len(report.diagnostics)
        counts = attributes(tests=found or 1, failures=found, errors=0, skipped=0, time=0)
        yield f"<testsuite{attributes(name=report.path)}{counts}>\n"
        for diagnostic in report.diagnostics:
            yield _failure(report.path, diagnostic)
        if not found:
            yield f"<testcase{attributes(name='no findings', classname=report.path, time=0)}/>\n"
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _failure(path: str, diagnostic: Diagnostic) -> str:
    line, column, _ = diagnostic.span.start
    case = attributes(name=f"{diagnostic.rule} ({line}:{column})", classname=path, time=0)
    failure = attributes(message=diagnostic.message, type=diagnostic.severity.value)
    told = [f"{path}:{line}:{column}: {diagnostic.message}", diagnostic.help, diagnostic.url]
    body = text("\n".join([each for each in told if each]))
    return f"<testcase{case}><failure{failure}>{body}</failure></testcase>\n"
