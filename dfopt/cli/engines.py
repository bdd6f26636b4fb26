"""The options of commands that build with an engine, and what stands behind them."""

import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dfopt.cli.files import InputError

if TYPE_CHECKING:
    from dfopt.images import Probe

Command = TypeVar("Command", bound=Callable[..., Any])

ENGINES = ("auto", "docker", "podman", "buildah", "buildkit")
CONFIGURATION = "dfopt.toml"


class BuildArg(click.ParamType[tuple[str, str]]):
    """`NAME=VALUE`."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, equals, text = str(value).partition("=")
        if not name or not equals:
            self.fail(f"{value!r} is not of the form NAME=VALUE", param, ctx)
        return name, text


def engine_options(*engines: str) -> Callable[[Command], Command]:
    """`--engine` with these choices, `--network`, `--build-arg`, `--context`, `--probe`."""

    def add(command: Command) -> Command:
        for option in (
            click.option(
                "--probe",
                "probe_file",
                metavar="FILE",
                type=click.Path(path_type=Path),
                help="A TOML file with [[probe]] tables; else those of the nearest dfopt.toml.",
            ),
            click.option(
                "--context",
                metavar="DIR",
                type=click.Path(path_type=Path, exists=True, file_okay=False),
                help="The build context; the Dockerfile's folder unless said.",
            ),
            click.option(
                "--build-arg",
                "build_args",
                multiple=True,
                type=BuildArg(),
                metavar="NAME=VALUE",
                help="The value of an ARG, in every build.",
            ),
            click.option("--network", metavar="NAME", help="The network of every build and run."),
            click.option(
                "--engine",
                type=click.Choice(engines),
                default="auto",
                show_default=True,
                help="What builds; `auto` is the first that works.",
            ),
        ):
            command = option(command)
        return command

    return add


def read_probes(file: Path | None, folder: Path) -> "list[Probe] | None":
    """The probes of a file, or of the nearest `dfopt.toml`; None where there are none. Raises InputError."""
    from dfopt.images import ProbeError, parse_probes

    path = file or _nearest(folder)
    if path is None:
        return None
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("probe", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise InputError(str(path), "`probe` must be a list of tables: [[probe]]")
        return parse_probes(tables, folder=path.absolute().parent) or None
    except OSError as error:
        raise InputError(str(path), f"can't be read: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, ProbeError) as error:
        raise InputError(str(path), str(error)) from error


def progress() -> Callable[[str], None] | None:
    """Shows a build's lines on standard error, where a person looks at it."""
    if not sys.stderr.isatty():
        return None
    return lambda line: click.echo(line, err=True)


def as_mapping(build_args: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Build arguments by name; the last of equal ones holds."""
    return dict(build_args)


def _nearest(folder: Path) -> Path | None:
    absolute = folder.absolute()
    return next((path for each in (absolute, *absolute.parents) if (path := each / CONFIGURATION).is_file()), None)
