"""Options that several commands have."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import click

from dfopt.cli.files import STDIN, InputError
from dfopt.rules.diagnostic import Severity
from dfopt.rules.registry import RegistrationError, UnknownRuleError, resolve
from dfopt.rules.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


class Names(click.ParamType):  # type: ignore[type-arg]  # click 8.1 has no type argument
    """Rules, groups and aliases between commas."""

    name = "rules"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        names = tuple([name.strip() for name in value.split(",") if name.strip()]) if isinstance(value, str) else value
        try:
            for name in names:
                resolve(name)
        except (UnknownRuleError, RegistrationError) as error:
            self.fail(str(error), param, ctx)
        return tuple(names)


def selection(command: Command) -> Command:
    """`--select` and `--ignore`."""
    return _with_options(
        command,
        click.option("--select", type=Names(), multiple=True, help="Only these: ids, groups, aliases, or ALL."),
        click.option("--ignore", type=Names(), multiple=True, help="Leave these out, as well as what is configured."),
    )


def running(command: Command) -> Command:
    """`--fail-level`, `--exit-zero`, `--jobs` and `--stdin-filename`."""
    return _with_options(
        command,
        click.option(
            "--fail-level",
            type=click.Choice([severity.value for severity in Severity]),
            default=Severity.HINT.value,
            show_default=True,
            help="The least severity of a finding that makes the exit status 1.",
        ),
        click.option("--exit-zero", is_flag=True, help="Leave with 0 although there are findings."),
        click.option("--jobs", type=click.IntRange(min=0), default=0, metavar="N", help="Processes; 0 is one a core."),
        click.option("--stdin-filename", metavar="PATH", help="The path that standard input is taken for."),
    )


def _with_options(command: Command, *options: Callable[[Command], Command]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def settings_by_path(select: Sequence[Sequence[str]], ignore: Sequence[Sequence[str]]) -> Callable[[str], Settings]:
    """The settings of a file: those of its configuration, changed by the options; the function raises InputError."""
    from dfopt.config.errors import ConfigError
    from dfopt.config.finding import config_for

    selected = tuple([name for names in select for name in names])
    ignored = tuple([name for names in ignore for name in names])
    changed: dict[int, Any] = {}

    def settings(path: str) -> Settings:
        try:
            config = config_for(os.path.dirname(path) if path != STDIN else "")  # noqa: PTH120
        except ConfigError as error:
            raise InputError(path, f"is not checked, for its configuration: {error}") from error
        if id(config) not in changed:
            chosen = replace(config, select=selected, extend_select=()) if selected else config
            changed[id(config)] = replace(chosen, ignore=(*config.ignore, *ignored))
        found: Settings = changed[id(config)].settings(path)
        return found

    return settings
