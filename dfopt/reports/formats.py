"""The formats of reports: each is a module of this folder that has `render`."""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import cast

from dfopt.reports.report import FileReport

Render = Callable[[Iterable[FileReport]], Iterator[str]]

FORMATS = ("text", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle")


def renderer(name: str) -> Render:
    """The function that gives a report's text in pieces."""
    return cast("Render", import_module(f"dfopt.reports.{name}").render)
