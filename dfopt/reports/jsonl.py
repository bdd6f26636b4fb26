"""JSON Lines: one object a file, for programs that read while dfopt writes; each is one of `files` in `json`."""

from collections.abc import Iterable, Iterator

from dfopt.reports.json import encoded_file
from dfopt.reports.report import FileReport


def render(reports: Iterable[FileReport]) -> Iterator[str]:
    """One line for each file, also for those without findings."""
    for report in reports:
        yield f"{encoded_file(report)}\n"
