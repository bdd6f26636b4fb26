"""One JSON document for programs; `schema/check-1.json` is its schema."""

import json
from collections.abc import Iterable, Iterator

from dfopt.reports.report import FileReport

VERSION = 1


def render(reports: Iterable[FileReport]) -> Iterator[str]:
    """The document."""
    yield f'{{"version": {VERSION}, "files": ['
    separator = "\n"
    for report in reports:
        yield f"{separator}{encoded_file(report)}"
        separator = ",\n"
    yield "\n]}\n"


def encoded_file(report: FileReport) -> str:
    """The object of one file, on one line."""
    return f'{{"path": {json.dumps(report.path, ensure_ascii=False)}, "diagnostics": {report.encoded}}}'
