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
        path = json.dumps(report.path, ensure_ascii=False)
        yield f'{separator}{{"path": {path}, "diagnostics": {report.encoded}}}'
        separator = ",\n"
    yield "\n]}\n"
