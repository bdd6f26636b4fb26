"""`dfopt slim`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dfopt.cli.engines import ENGINES, as_mapping, engine_options
from dfopt.cli.files import STDIN, InputError, read_file

if TYPE_CHECKING:
    from dfopt.cli.slimming import Job
    from dfopt.slim.slimming import Result


class Glob(click.ParamType[str]):
    """An absolute path in the image, or a glob."""

    name = "glob"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.startswith("/"):
            self.fail(f"{value!r} does not begin with /, as paths in the image do", param, ctx)
        return value


@click.command()
@click.argument("dockerfile", metavar="DOCKERFILE")
@engine_options(*ENGINES, "none")
@click.option("--target", metavar="STAGE", help="The stage to slim, by name or number; the last one unless said.")
@click.option(
    "--keep", multiple=True, type=Glob(), metavar="GLOB", help="Paths in the image to keep; ** is a whole tree."
)
@click.option("--drop", multiple=True, type=Glob(), metavar="GLOB", help="Paths in the image to leave out.")
@click.option("--why", multiple=True, type=Glob(), metavar="PATH", help="Say why a file is kept; nothing is written.")
@click.option(
    "--why-not", multiple=True, type=Glob(), metavar="PATH", help="Say why a file is not kept; nothing is written."
)
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Where to write; - is standard output.")
@click.option("--in-place", is_flag=True, help="Change DOCKERFILE itself.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; nothing is built or written.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    dockerfile: str,
    engine: str,
    network: str | None,
    build_args: Sequence[tuple[str, str]],
    context: Path | None,
    probe_file: Path | None,
    target: str | None,
    keep: Sequence[str],
    drop: Sequence[str],
    why: Sequence[str],
    why_not: Sequence[str],
    output: Path | None,
    in_place: bool,
    dry_run: bool,
    format_: str,
) -> None:
    """Write a Dockerfile whose final stage holds only what the program needs.

    The result goes to DOCKERFILE with `.slim` behind its name, unless --output or --in-place says otherwise; for
    standard input (`-`) it goes to standard output. With an engine, original and result are built, run and compared
    before anything is written. The exit status is 0 where the file was slimmed, 1 where it was left as it was, for the
    reason that is shown, 2 where something can't be read, written or used. What [slim] in the nearest dfopt.toml keeps
    and drops is added to --keep and --drop. A file that dfopt wrote is renewed where it stands.

    With --why and --why-not nothing is written; the exit status is 1 where a file is not kept, or kept after all.

    \b
    dfopt slim Dockerfile                       builds and compares, then writes Dockerfile.slim
    dfopt slim --engine none Dockerfile         builds nothing
    dfopt slim --why /bin/sh Dockerfile         the chain from what the image starts to its shell
    dfopt slim --network host --in-place --build-arg SUITE=trixie app/Dockerfile
    """  # noqa: D301 - click reads \b as a mark
    asked = (*why, *why_not)
    if sum((output is not None, in_place, dry_run, bool(asked))) > 1:
        raise click.UsageError("--output, --in-place, --dry-run and --why exclude each other")
    if dockerfile == STDIN and in_place:
        raise click.UsageError("standard input can't be changed in place")
    from dfopt.cli.slimming import Job

    try:
        kept, dropped = _configured(dockerfile)
        job = Job(
            path=dockerfile,
            data=read_file(dockerfile),
            context=context,
            build_args=as_mapping(build_args),
            network=network,
            target=target,
            keep=(*kept, *keep),
            drop=(*dropped, *drop),
            probe_file=probe_file,
        )
        engine = "none" if dry_run or dockerfile == STDIN else engine
        if asked:
            sys.exit(_explain(job, engine, why, why_not, format_))
        destination = None if dry_run else _destination(job, output, in_place=in_place)
        sys.exit(_slim(job, engine, destination, is_named=output is not None, format_=format_))
    except (InputError, OSError) as error:
        click.echo(f"dfopt: {error}", err=True)
        sys.exit(2)


def _slim(job: "Job", engine: str, destination: Path | None, *, is_named: bool, format_: str) -> int:
    from dfopt.cli.slimming import run
    from dfopt.slim.report import slim_as_json, slim_as_text

    measured = run(job, engine)
    result = measured.result
    if result.is_slimmed and destination and str(destination) != STDIN:
        _write(destination, job, result, is_named=is_named)
    written = str(destination) if result.is_slimmed and destination else None
    if written and Path(f"{job.path}.dockerignore").is_file() and written != job.path:
        click.echo(f"dfopt: copy {job.path}.dockerignore to {written}.dockerignore, as builders look there", err=True)
    shows_file = written == STDIN and format_ == "text"
    if shows_file:
        click.echo(result.data, nl=False)
    elif format_ == "json":
        click.echo(slim_as_json(job.path, measured, written))
    if format_ == "text":
        for line in slim_as_text(job.path, measured, written):
            click.echo(line, err=shows_file)
    return 0 if result.is_slimmed else 1


def _explain(job: "Job", engine: str, why: Sequence[str], why_not: Sequence[str], format_: str) -> int:
    """Say why files are kept or not; the status is 1 where one of them is not as it was asked about."""
    from dfopt.cli.slimming import explain
    from dfopt.slim.closure.explain import Kept, explanation
    from dfopt.slim.report import explanations_as_json

    found = explain(job, engine, (*why, *why_not))
    if format_ == "json":
        click.echo(explanations_as_json(job.path, found))
    else:
        for each in found:
            for line in explanation(each):
                click.echo(line)
    expected = [True] * len(why) + [False] * len(why_not)
    return 0 if [isinstance(each, Kept) for each in found] == expected else 1


def _configured(dockerfile: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the nearest configuration keeps and drops; raises InputError."""
    from dfopt.config.errors import ConfigError
    from dfopt.config.finding import config_for

    try:
        config = config_for("" if dockerfile == STDIN else str(Path(dockerfile).parent))
    except ConfigError as error:
        raise InputError(dockerfile, f"is not slimmed, for its configuration: {error}") from error
    return config.keep, config.drop


def _destination(job: "Job", output: Path | None, *, in_place: bool) -> Path:
    """Where the result goes; a file that dfopt wrote is renewed where it stands."""
    from dfopt.slim.renewal import is_slimmed

    if output:
        return output
    if job.path == STDIN:
        return Path(STDIN)
    return Path(job.path if in_place or is_slimmed(job.data) else f"{job.path}.slim")


def _write(destination: Path, job: "Job", result: "Result", *, is_named: bool) -> None:
    """Put the result in its place, whole or not at all; a file that dfopt did not write is replaced only if named."""
    from dfopt.cli.writing import create
    from dfopt.fix.write import write
    from dfopt.slim.renewal import is_slimmed

    if str(destination) == job.path:
        write(destination, result.data, read=job.data)
        return
    if not is_named and destination.exists() and not is_slimmed(destination.read_bytes()):
        raise InputError(str(destination), "is there already and was not written by dfopt; name a file with --output")
    create(destination, result.data)
