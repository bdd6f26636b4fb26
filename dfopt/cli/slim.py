"""`dfopt slim`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from dfopt.cli.engines import ENGINES, as_mapping, engine_options
from dfopt.cli.files import STDIN, InputError, read_file

if TYPE_CHECKING:
    from dfopt.slim.slimming import Result


@click.command()
@click.argument("dockerfile", metavar="DOCKERFILE")
@engine_options(*ENGINES, "none")
@click.option("--target", metavar="STAGE", help="The stage to slim, by name or number; the last one unless said.")
@click.option("--keep", multiple=True, metavar="GLOB", help="Paths in the image to keep; ** is a whole tree.")
@click.option("--drop", multiple=True, metavar="GLOB", help="Paths in the image to leave out.")
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
    output: Path | None,
    in_place: bool,
    dry_run: bool,
    format_: str,
) -> None:
    r"""Write a Dockerfile whose final stage holds only what the program needs.

    The result goes to DOCKERFILE with `.slim` behind its name, unless --output or --in-place says otherwise; for
    standard input (`-`) it goes to standard output. With an engine, original and result are built, run and compared
    before anything is written. The exit status is 0 where the file was slimmed, 1 where it was left as it was, for the
    reason that is shown, 2 where something can't be read, written or used.

    \b
    dfopt slim Dockerfile                       builds and compares, then writes Dockerfile.slim
    dfopt slim --engine none Dockerfile         builds nothing
    dfopt slim --network host --in-place --build-arg SUITE=trixie app/Dockerfile
    """
    from dfopt.cli.slimming import Job, run
    from dfopt.slim.report import slim_as_json, slim_as_text

    if sum((output is not None, in_place, dry_run)) > 1:
        raise click.UsageError("--output, --in-place and --dry-run exclude each other")
    if dockerfile == STDIN and in_place:
        raise click.UsageError("standard input can't be changed in place")
    destination = _destination(dockerfile, output, in_place=in_place, dry_run=dry_run)
    try:
        job = Job(
            path=dockerfile,
            data=read_file(dockerfile),
            context=context,
            build_args=as_mapping(build_args),
            network=network,
            target=target,
            keep=tuple(keep),
            drop=tuple(drop),
            probe_file=probe_file,
        )
        result, proof = run(job, "none" if dry_run or dockerfile == STDIN else engine)
        if result.is_slimmed and destination and str(destination) != STDIN:
            _write(destination, job.data, result, in_place=in_place, is_named=output is not None)
    except (InputError, OSError) as error:
        _fail(error)
    written = str(destination) if result.is_slimmed and destination else None
    if written and Path(f"{dockerfile}.dockerignore").is_file() and not in_place:
        click.echo(f"dfopt: copy {dockerfile}.dockerignore to {written}.dockerignore, as builders look there", err=True)
    shows_file = written == STDIN and format_ == "text"
    if shows_file:
        click.echo(result.data, nl=False)
    elif format_ == "json":
        click.echo(slim_as_json(dockerfile, result, written, proof))
    if format_ == "text":
        for line in slim_as_text(dockerfile, result, written, proof):
            click.echo(line, err=shows_file)
    sys.exit(0 if result.is_slimmed else 1)


def _destination(dockerfile: str, output: Path | None, *, in_place: bool, dry_run: bool) -> Path | None:
    if dry_run:
        return None
    if in_place:
        return Path(dockerfile)
    return output or Path(STDIN if dockerfile == STDIN else f"{dockerfile}.slim")


def _write(destination: Path, read: bytes, result: "Result", *, in_place: bool, is_named: bool) -> None:
    """Put the result in its place, whole or not at all; a file that dfopt did not write is replaced only if named."""
    from dfopt.cli.writing import create
    from dfopt.fix.write import write
    from dfopt.slim.writer import MARK

    if in_place:
        write(destination, result.data, read=read)
        return
    if not is_named and destination.exists() and MARK.encode() not in destination.read_bytes():
        raise InputError(str(destination), "is there already and was not written by dfopt; name a file with --output")
    create(destination, result.data)


def _fail(error: Exception) -> NoReturn:
    click.echo(f"dfopt: {error}", err=True)
    sys.exit(2)
