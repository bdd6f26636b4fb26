"""`dfopt layers`."""

import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from dfopt.cli.engines import ENGINES, BuildArg, as_mapping
from dfopt.cli.files import InputError

if TYPE_CHECKING:
    from dfopt.layers.answers import Answers
    from dfopt.layers.baseline import Comparison, Limit

FORMATS = ("text", "json", "markdown", "svg", "html")


class Amount(click.ParamType):  # type: ignore[type-arg]  # click 8.1 has no type argument
    """Bytes with their unit, or a percentage."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "Limit":
        from dfopt.layers.baseline import parse_limit

        try:
            return parse_limit(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--tag",
    "tags",
    multiple=True,
    type=BuildArg(),
    metavar="NAME=PATH",
    help="The name of the image that a Dockerfile, or the one in a folder, is built into.",
)
@click.option(
    "--build-arg",
    "build_args",
    multiple=True,
    type=BuildArg(),
    metavar="NAME=VALUE",
    help="The value of an ARG, in every Dockerfile.",
)
@click.option("--image", "images", multiple=True, metavar="NAME", help="An image of the engine.")
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="Whose images are read: those of --image, or without it all; `auto` is the first that works.",
)
@click.option(
    "--registry",
    "registries",
    multiple=True,
    metavar="HOST[:PORT]",
    help="A registry whose manifests are read; http:// or https:// may stand in front. Credentials are those of"
    " DFOPT_REGISTRY_USER and DFOPT_REGISTRY_PASSWORD, or what `docker login` left.",
)
@click.option(
    "--repository",
    "repositories",
    multiple=True,
    metavar="NAME[:TAG]",
    help="Only this repository of each --registry.",
)
@click.option(
    "--database",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the fleet in this SQLite file, and read only what is not in it yet.",
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Share the reading of registries among the workers of the Dask scheduler there: tcp://HOST:8786.",
)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="What to write."
)
@click.option(
    "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Where to write it, if not here."
)
@click.option(
    "--propose-base",
    is_flag=True,
    help="Write a patch: the Dockerfiles of common bases, and FROM lines that stand on them.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="An earlier report in JSON to compare with.",
)
@click.option(
    "--max-growth", type=Amount(), metavar="AMOUNT", help="How much more may be stored than in the baseline: 5MB, 2%."
)
@click.option("--max-waste", type=Amount(), metavar="AMOUNT", help="How much of each image may be waste: 5MB, 2%.")
@click.option("--jobs", type=click.IntRange(min=0), default=0, metavar="N", help="Processes; 0 is one a core.")
def command(
    paths: Sequence[str],
    tags: Sequence[tuple[str, str]],
    build_args: Sequence[tuple[str, str]],
    images: Sequence[str],
    engine: str | None,
    registries: Sequence[str],
    repositories: Sequence[str],
    database: Path | None,
    dask: str | None,
    format_: str,
    output: Path | None,
    propose_base: bool,
    baseline: Path | None,
    max_growth: "Limit | None",
    max_waste: "Limit | None",
    jobs: int,
) -> None:
    """Show what the images of a fleet share, what they store twice, and what they could share.

    A fleet is read from Dockerfiles in PATHS (nothing is built; Compose and bake files beside them tell which image
    each becomes), from an engine's images and from registries, alone or together. The exit status is 0, 1 where a
    budget is exceeded, 2 where something can't be read, written or used.

    \b
    dfopt layers services/
    dfopt layers --tag shop/base=base --format html --output layers.html base web db
    dfopt layers --image shop/web --image shop/db
    dfopt layers --registry registry.example.com --repository shop/web --database fleet.sqlite
    dfopt layers --registry registry.example.com --database fleet.sqlite --dask tcp://scheduler:8786
    dfopt layers --format json --output layers.json . && git add layers.json
    dfopt layers --format markdown --baseline layers.json --max-growth 5MB --max-waste 2% .
    dfopt layers --propose-base . | git apply
    """  # noqa: D301 - click reads \b as a mark
    from dfopt.cli.fleets import Sources, answer_for
    from dfopt.layers.baseline import BaselineError, compare

    if not (paths or tags or images or engine or registries):
        raise click.UsageError("name PATHS, an --image, an --engine or a --registry")
    if repositories and not registries:
        raise click.UsageError("--repository needs a --registry")
    if dask and not registries:
        raise click.UsageError("--dask needs a --registry")
    if propose_base and format_ != "text":
        raise click.UsageError("--propose-base writes a patch, and takes no --format")
    if max_growth and not baseline:
        raise click.UsageError("--max-growth needs a --baseline")
    if max_waste and registries and not (paths or tags or images or engine):
        raise click.UsageError("--max-waste needs Dockerfiles or an engine's images: manifests tell of no waste")
    sources = Sources(
        paths=tuple(paths),
        tags=tuple(tags),
        build_args=as_mapping(build_args),
        images=tuple(images),
        engine=engine,
        registries=tuple([f"{host.rstrip('/')}/{name}" for host in registries for name in repositories] or registries),
        dask=dask,
        database=database,
        jobs=jobs,
    )
    try:
        answered = answer_for(sources)
        answers = answered.answers
        comparison = compare(answers, baseline, max_growth, max_waste)
    except (InputError, BaselineError) as error:
        _fail(str(error))
    base_for = answered.dockerfiles if propose_base else None
    _write(_rendered(answers, comparison, format_, base_for), output)
    for problem in answers.problems:
        click.echo(f"dfopt: {problem.subject}: {problem.message}", err=True)
    for excess in comparison.excesses if format_ not in ("text", "markdown") or output else ():
        click.echo(f"dfopt: over budget: {excess}", err=True)
    sys.exit(2 if answers.problems else 1 if comparison.excesses else 0)


def _rendered(
    answers: "Answers", comparison: "Comparison", format_: str, dockerfiles: Mapping[str, bytes] | None
) -> Iterator[str]:
    """The report in pieces; the common bases where the `dockerfiles` that are to stand on them are given."""
    if dockerfiles is not None:
        from dfopt.layers.reports import common_base

        return _lines(common_base.render(answers, dockerfiles))
    if format_ == "json":
        from dfopt.layers.reports import json

        return json.render(answers)
    if format_ == "markdown":
        from dfopt.layers.reports import markdown

        return _lines(markdown.render(answers, comparison))
    if format_ == "svg":
        from dfopt.layers.picture import svg
        from dfopt.layers.picture.layout import arrange

        return iter((svg.draw(answers, arrange(answers)),))
    if format_ == "html":
        from dfopt.layers.picture import page

        try:
            return iter((page.write(answers),))
        except page.PageError as error:
            _fail(str(error))
    from dfopt.layers.reports import text

    return _lines(text.render(answers, comparison, shutil.get_terminal_size((100, 24)).columns))


def _lines(lines: Iterable[str]) -> Iterator[str]:
    return (f"{line}\n" for line in lines)


def _write(parts: Iterator[str], output: Path | None) -> None:
    """To a file in UTF-8 and without colours, or to standard output."""
    if output is None:
        for part in parts:
            click.echo(part, nl=False)
        return
    from dfopt.cli.writing import create

    try:
        create(output, b"".join([click.unstyle(part).encode("utf-8", "replace") for part in parts]))
    except OSError as error:
        _fail(f"{output}: can't be written: {(error.strerror or str(error)).lower()}")


def _fail(message: str) -> NoReturn:
    click.echo(f"dfopt: {message}", err=True)
    sys.exit(2)
