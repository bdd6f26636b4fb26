"""`dfopt verify`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dfopt.cli.engines import ENGINES, as_mapping, engine_options, progress, read_probes
from dfopt.cli.files import InputError, read_file

if TYPE_CHECKING:
    from dfopt.images.engines import EngineChoice
    from dfopt.slim.verification import Build


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="[ORIGINAL] REWRITTEN")
@engine_options(*ENGINES)
@click.option("--target", metavar="STAGE", help="The stage of ORIGINAL to compare with; the last one unless said.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    files: Sequence[str],
    engine: str,
    network: str | None,
    build_args: Sequence[tuple[str, str]],
    context: Path | None,
    probe_file: Path | None,
    target: str | None,
    format_: str,
) -> None:
    """Build two Dockerfiles and prove that the images behave the same.

    Without ORIGINAL, REWRITTEN is one that `dfopt slim` wrote, and is compared with the stage that it was made from.
    The probes are those of --probe, else of the nearest dfopt.toml, else what the original image says of itself: EXPOSE
    and HEALTHCHECK. The exit status is 0 where the images do the same, 1 where they differ, 2 where something can't be
    read, built or run. All that is started is removed at the end.

    \b
    dfopt verify Dockerfile Dockerfile.slim
    dfopt verify --network host --probe probes.toml Dockerfile.slim
    """  # noqa: D301 - click reads \b as a mark
    from dfopt.images import ImagesError, find_engine
    from dfopt.slim.report import verification_as_json, verification_as_text
    from dfopt.slim.verification import Options, verify

    if len(files) > 2:
        raise click.UsageError("at most two files can be compared")
    try:
        builds = _builds(files, context, target)
        probes = read_probes(probe_file, builds[0].context)
        options = Options(network, as_mapping(build_args), progress())
        with find_engine(cast("EngineChoice", engine)) as found:
            proof = verify(found, builds[0], builds[1], options, probes, _unstated(files[-1]))
    except (InputError, ImagesError) as error:
        click.echo(f"dfopt: {error}", err=True)
        sys.exit(2)
    if format_ == "json":
        click.echo(verification_as_json(proof))
    else:
        for line in verification_as_text(proof):
            click.echo(line)
    sys.exit(0 if proof.is_same else 1)


def _builds(files: Sequence[str], context: Path | None, target: str | None) -> "list[Build]":
    """How to build the original and the rewritten file; raises InputError."""
    from dfopt.slim.renewal import stage_before
    from dfopt.slim.verification import Build

    *first, rewritten = files
    for file in files:
        read_file(file)
    if first:
        original = first[0]
    else:
        original = rewritten
        target = target or stage_before(read_file(rewritten))
        if target is None:
            raise InputError(rewritten, "was not written by dfopt slim, so name the original in front of it")
    return [
        Build(context or Path(original).parent, Path(original), target),
        Build(context or Path(rewritten).parent, Path(rewritten)),
    ]


def _unstated(rewritten: str) -> frozenset[str]:
    from dfopt.model import Model
    from dfopt.slim.base import known_base
    from dfopt.syntax.parser import parse

    model = Model(parse(read_file(rewritten)))
    bases = [known_base(stage.root_base) for stage in model.stages if stage.root_base]
    return frozenset(name for base in bases if base for name in base.unstated)
