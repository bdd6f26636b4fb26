"""`dfopt check`."""

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from dfopt.cli.files import STDIN, find_files
from dfopt.cli.options import running, selection, settings_by_path
from dfopt.reports.formats import FORMATS, renderer
from dfopt.reports.report import FileReport
from dfopt.rules.diagnostic import Severity

if TYPE_CHECKING:
    from dfopt.cli.cache import Cache


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
@selection
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@running
@click.option("--no-cache", is_flag=True, help="Check each file again, and keep no results.")
def command(
    paths: Sequence[str],
    select: Sequence[Sequence[str]],
    ignore: Sequence[Sequence[str]],
    format_: str,
    fail_level: str,
    exit_zero: bool,
    no_cache: bool,
    jobs: int,
    stdin_filename: str | None,
) -> None:
    """Report what makes images bigger, slower to build or less safe than they must be.

    PATHS are files or folders; `-` is standard input. The exit status is 0 where nothing is found, 1 where something
    is, 2 where something can't be read.

    \b
    dfopt check .
    dfopt check --select size,DL3008 --ignore apt-recommends-installed Dockerfile
    dfopt check --format json --stdin-filename app/Dockerfile - < buffer
    """  # noqa: D301 - click reads \b as a mark
    from dfopt.cli.checking import check_files

    found = find_files(paths)
    checked = check_files(
        found.files,
        settings_by_path(select, ignore),
        cache=None if no_cache or STDIN in found.files else _cache(),
        jobs=jobs,
        stdin_filename=stdin_filename,
    )
    _write(renderer(format_)(checked.reports), is_for_people=format_ == "text")
    errors = (*found.errors, *checked.errors)
    for error in errors:
        click.echo(f"dfopt: {error}", err=True)
    if errors:
        sys.exit(2)
    if not exit_zero and _fails(checked.reports, Severity(fail_level)):
        sys.exit(1)


def _cache() -> "Cache":
    from dfopt.cli.cache import Cache

    return Cache()


def _write(parts: Iterator[str], *, is_for_people: bool) -> None:
    """Programs get UTF-8, people what their terminal takes."""
    if is_for_people:
        for part in parts:
            click.echo(part, nl=False)
    else:
        click.echo("".join(parts).encode("utf-8", "replace"), nl=False)


def _fails(reports: Sequence[FileReport], level: Severity) -> bool:
    if level is Severity.HINT:
        return any(report.encoded != "[]" for report in reports)
    return any(diagnostic.severity.rank <= level.rank for report in reports for diagnostic in report.diagnostics)
