"""The report for people: each finding with the line it is about, and one line that sums up."""

from collections import Counter
from collections.abc import Iterable, Iterator

from click import style

from dfopt.reports.report import FileReport
from dfopt.rules.diagnostic import Basis, Diagnostic, Safety, Severity
from dfopt.sizes import readable
from dfopt.syntax.positions import Span

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue", Severity.HINT: "cyan"}
_WIDTH = 140


def render(reports: Iterable[FileReport]) -> Iterator[str]:
    """The report, with the terminal's colour codes."""
    summary = _Summary()
    for report in reports:
        if report.diagnostics:
            lines = report.data.decode("utf-8", "replace").split("\n")
            for diagnostic in report.diagnostics:
                yield _finding(report.path, diagnostic, lines)
        summary.add(report)
    yield summary.text()


def _finding(path: str, diagnostic: Diagnostic, lines: list[str]) -> str:
    line, column, _ = diagnostic.span.start
    names = ", ".join([diagnostic.rule, *diagnostic.aliases])
    parts = [
        style(f"{printable(path)}:{line}:{column}: ", bold=True),
        style(diagnostic.severity.value, fg=_COLOURS[diagnostic.severity], bold=True),
        f": {printable(diagnostic.message)} ",
        style(f"[{names}]", dim=True),
        _price(diagnostic),
        "\n",
        *_excerpt(diagnostic.span, lines, _COLOURS[diagnostic.severity]),
    ]
    if diagnostic.help:
        parts.append(f"  help: {printable(diagnostic.help)}\n")
    if diagnostic.fix:
        parts.append(f"  fix ({diagnostic.fix.safety.value}): {printable(diagnostic.fix.title)}\n")
    return "".join([*parts, "\n"])


def _price(diagnostic: Diagnostic) -> str:
    if diagnostic.cost is None:
        return ""
    about = "" if diagnostic.cost.basis is Basis.MEASURED else "about "
    return f" {about}{readable(diagnostic.cost.bytes, digits=2)}"


def _excerpt(span: Span, lines: list[str], colour: str) -> list[str]:
    """The line that a finding starts in, with a mark under what it is about."""
    number = span.start.line
    if not 0 < number <= len(lines) or not lines[number - 1].strip():
        return []
    line = lines[number - 1].rstrip("\r")
    start = span.start.column - 1
    end = span.end.column - 1 if span.end.line == number else len(line.rstrip())
    first = max(0, start - _WIDTH // 2) if len(line) > _WIDTH else 0
    shown = printable(line[first : first + _WIDTH])
    marks = max(1, min(end, first + _WIDTH) - start)
    gutter = f"{number:>5} | "
    mark = style("^" * marks, fg=colour)
    return [style(gutter, dim=True), shown, "\n", style("      | ", dim=True), " " * (start - first), mark, "\n"]


def printable(text: str) -> str:
    """A text that can do nothing to a terminal, each of its characters one column wide."""
    return text if text.isprintable() else "".join([each if each.isprintable() else _stand_in(each) for each in text])


def _stand_in(character: str) -> str:
    return " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"


class _Summary:
    """Counts for the last line."""

    def __init__(self) -> None:
        self._files = 0
        self._severities: Counter[Severity] = Counter()
        self._fixes: Counter[Safety] = Counter()
        self._bytes = 0

    def add(self, report: FileReport) -> None:
        self._files += 1
        for diagnostic in report.diagnostics:
            self._severities[diagnostic.severity] += 1
            if diagnostic.fix:
                self._fixes[diagnostic.fix.safety] += 1
            if diagnostic.cost:
                self._bytes += diagnostic.cost.bytes

    def text(self) -> str:
        files = _counted(self._files, "file")
        total = self._severities.total()
        if not total:
            return f"{files}, nothing found\n"
        kinds = ", ".join(f"{self._severities[each]} {each.value}" for each in Severity if self._severities[each])
        parts = [f"{files}, {_counted(total, 'finding')} ({kinds})"]
        if self._bytes:
            parts.append(f"about {readable(self._bytes, digits=2)} to save")
        if self._fixes:
            parts.append(f"{self._fixes[Safety.SAFE]} with a safe fix, {self._fixes[Safety.UNSAFE]} with an unsafe one")
        return "; ".join(parts) + "\n"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
