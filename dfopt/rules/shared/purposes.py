"""What an image is for, as far as its file tells."""

import re
from collections.abc import Iterable

from dfopt.model.model import Model
from dfopt.rules.shared.entry import Entry, entries
from dfopt.syntax.nodes import Healthcheck

_SHELLS = frozenset({"ash", "bash", "dash", "fish", "sh", "tmux", "zsh"})
_NAME_OF_DEVELOPMENT = re.compile(
    r"(?:^|[-_.])(?:dev|devel|develop|development|devcontainer|debug|test|tests|testing|ci)"
)
_SCRIPT = re.compile(r"\.(?:sh|bash|py|pl|rb|js)$|entrypoint|^start|^run|^init", re.IGNORECASE)


def is_for_people(model: Model) -> bool:
    """Whether somebody works in the container: it starts a bare shell, or the stage is named for development."""
    final = model.final_stage
    if final is not None and final.name and _NAME_OF_DEVELOPMENT.search(final.name.lower()):
        return True
    return any(_is_bare_shell(entry) for entry in entries(model))


def is_started(names: Iterable[str], model: Model) -> bool:
    """Whether the container starts one of these programs."""
    return any(command.program in names for entry in entries(model) for command in entry.commands)


def is_used_at_run_time(model: Model, programs: frozenset[str]) -> bool:
    """Whether the container may use one of these programs: the file names it, or starts a script that it does not show.

    Without ENTRYPOINT and CMD the base decides what is started, and nothing is known.
    """
    started = entries(model)
    commands = [command for entry in started for command in entry.commands]
    if not commands or any(_SCRIPT.search(command.program) or command.program in _SHELLS for command in commands):
        return True
    if any(command.program in programs for command in commands):
        return True
    final = model.final_stage
    checks = [each.code for stage in final.lineage for each in stage.instructions_of(Healthcheck)] if final else []
    return any(program in check for check in checks for program in programs)


def _is_bare_shell(entry: Entry) -> bool:
    names = [command.program for command in entry.commands]
    return (
        len(names) == 1
        and names[0] in _SHELLS
        and all(word.value.startswith("-") for word in entry.commands[0].words[1:])
    )
