"""`dfopt fix`."""

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from dfopt.cli.files import STDIN, find_files
from dfopt.cli.options import running, selection, settings_by_path
from dfopt.rules.diagnostic import Safety, Severity

if TYPE_CHECKING:
    from dfopt.cli.fixing import FixedFile


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
@selection
@click.option("--unsafe-fixes", is_flag=True, help="Apply the fixes too after which the image may do something else.")
@click.option("--diff", is_flag=True, help="Print what would change, and write nothing.")
@click.option("--interactive", is_flag=True, help="Show each fix, and ask.")
@click.option("--statistics", is_flag=True, help="Say what was fixed, what was refused and why, and the bytes saved.")
@running
def command(
    paths: Sequence[str],
    select: Sequence[Sequence[str]],
    ignore: Sequence[Sequence[str]],
    unsafe_fixes: bool,
    diff: bool,
    interactive: bool,
    statistics: bool,
    fail_level: str,
    exit_zero: bool,
    jobs: int,
    stdin_filename: str | None,
) -> None:
    """Apply fixes that break nothing.

    PATHS are files or folders, whose files are changed in place; `-` is standard input, and the fixed file goes to
    standard output. Each fix is checked on its result, and left out if it would break something. The exit status is 0
    where no finding is left, 1 where some are (with --diff: or would be fixed), 2 where something can't be read or
    written.

    \b
    dfopt fix --diff .
    dfopt fix --unsafe-fixes --statistics Dockerfile
    dfopt fix --stdin-filename app/Dockerfile - < buffer
    """  # noqa: D301 - click reads \b as a mark
    from dfopt.cli.fixing import Plan, fix_files
    from dfopt.cli.interaction import Interaction
    from dfopt.fix.diff import unified_diff

    found = find_files(paths)
    is_filter = STDIN in found.files
    if is_filter and (len(paths) > 1 or interactive):
        raise click.UsageError(
            "`-` is the only path, and leaves nobody to ask: name the files, or pipe in one at a time"
        )
    fixed = fix_files(
        found.files,
        settings_by_path(select, ignore),
        Plan(unsafe_fixes, in_place=not (diff or is_filter)),
        jobs=jobs,
        stdin_filename=stdin_filename,
        interaction=Interaction() if interactive else None,
    )
    for file in fixed.files:
        if diff:
            click.echo(
                unified_diff(file.path, file.before, file.result.data).encode("utf-8", "surrogateescape"), nl=False
            )
        elif is_filter:
            click.echo(file.result.data, nl=False)
    for line in (
        *_summary(fixed.files, diff=diff, unsafe=unsafe_fixes),
        *(_statistics(fixed.files) if statistics else ()),
    ):
        click.echo(line, err=diff or is_filter)
    errors = (*found.errors, *fixed.errors)
    for error in errors:
        click.echo(f"dfopt: {error}", err=True)
    if errors:
        sys.exit(2)
    if not exit_zero and any(_fails(file, Severity(fail_level), diff=diff) for file in fixed.files):
        sys.exit(1)


def _fails(file: "FixedFile", level: Severity, *, diff: bool) -> bool:
    return (diff and file.is_changed) or any(each.severity.rank <= level.rank for each in file.result.remaining)


def _summary(files: Sequence["FixedFile"], *, diff: bool, unsafe: bool) -> Iterator[str]:
    """A line for each file that changes, and one for all."""
    changed = [file for file in files if file.is_changed]
    for file in changed:
        yield f"{file.path}: {_counted(len(file.result.applied), 'fix', 'es')}"
    fixed = sum(len(file.result.applied) for file in changed)
    remaining = [diagnostic for file in files for diagnostic in file.result.remaining]
    unsafe_ones = sum(each.fix is not None and each.fix.safety is Safety.UNSAFE for each in remaining)
    refused = sum(len(file.result.refused) for file in files)
    verb = "to be fixed" if diff else "fixed"
    yield (
        f"{_counted(fixed, 'finding')} {verb} in {_counted(len(changed), 'file')}, {len(remaining)} left"
        + (f", {unsafe_ones} of them with an unsafe fix (--unsafe-fixes)" if unsafe_ones and not unsafe else "")
        + (f", {_counted(refused, 'fix', 'es')} refused (--statistics says why)" if refused else "")
    )


def _statistics(files: Sequence["FixedFile"]) -> Iterator[str]:
    from dfopt.fix.statistics import by_rule
    from dfopt.sizes import readable

    yield ""
    for rule, each in by_rule(file.result for file in files).items():
        saved = f", {readable(each.saved, digits=2)} saved" if each.saved else ""
        yield f"{rule}: {each.applied} fixed, {each.refused.total()} refused{saved}"
        for reason, count in sorted(each.refused.items(), key=lambda item: (-item[1], item[0])):
            yield f"  refused {count}: {reason}"
    if saved_by_all := sum(file.result.saved for file in files):
        yield f"the images become {readable(saved_by_all, digits=2)} smaller, as far as prices are known"


def _counted(number: int, noun: str, plural: str = "s") -> str:
    return f"{number} {noun}{'' if number == 1 else plural}"
