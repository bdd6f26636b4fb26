"""Package managers that ask before they do what they were told."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.packages import PackageCommand
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding

CHANGES = (PackageAction.INSTALL, PackageAction.UPGRADE, PackageAction.REMOVE)
"""What managers ask about."""


def unanswered(command: PackageCommand, *options: str) -> Iterator[Finding]:
    """The finding that a command has none of the options that answer for it; its fix gives it the first of them.

    There is none where something is written to its standard input.
    """
    if command.action not in CHANGES or command.has_option(*options) or _is_fed(command.command):
        return
    verb, option = command.verb_word, options[0]
    edits = insert_word_after(command.command, verb, option) if verb else None
    fix = Fix(Safety.SAFE, f"add {option}", edits) if edits else None
    yield Finding(command, f"{command.tool} {command.verb} asks, and nobody is there to answer", fix=fix)


def _is_fed(command: Invocation) -> bool:
    return command.connector in ("|", "|&") or any(each.operator.startswith("<") for each in command.redirects)
