"""The command line: `main` is the program `dfopt`.

Each command is a module of this folder that has a click command called `command`; it is imported when it is run.
"""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TextIO

# A run makes many objects that stay and few that go: collecting as often as Python does takes a tenth of its start.
gc.set_threshold(100_000)

import click  # noqa: E402

from dfopt.version import __version__  # noqa: E402

_COMMANDS = {
    "check": "Report what makes images bigger, slower to build or less safe than they must be.",
    "fix": "Apply fixes that break nothing.",
    "slim": "Write a Dockerfile whose final stage holds only what the program needs.",
    "verify": "Build two Dockerfiles and prove that the images behave the same.",
    "layers": "Show what the images of a fleet share, what they store twice, and what they could share.",
    "rules": "List the rules.",
    "explain": "Say what a rule sees, why it matters and what its fix does.",
    "parse": "Show the tree of a Dockerfile.",
    "server": "Check and fix Dockerfiles in an editor: a language server.",
}
"""What each does in a line, so that the help needs none of them imported."""


class _Commands(click.Group):
    """The commands, imported one by one when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click names it
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click names it
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"dfopt.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name]) for name in self.list_commands(ctx)])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dfopt", message="%(prog)s %(version)s")
def dfopt() -> None:
    """A compiler for Dockerfiles: checks, fixes and slims them, and proves that the image still works.

    \b
    dfopt check .                     every Dockerfile below this folder
    dfopt fix --diff Dockerfile       what the safe fixes would change
    dfopt slim Dockerfile             a final stage with only what the program needs
    """  # noqa: D301 - click reads \b as a mark


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        _never_fail_on_a_character(stream)
    colour = False if os.environ.get("NO_COLOR") else None
    dfopt.main(arguments, prog_name="dfopt", color=colour)


def _never_fail_on_a_character(stream: TextIO) -> None:
    """Make the stream write a question mark for what its encoding lacks, such as a byte that was not UTF-8."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="replace")
