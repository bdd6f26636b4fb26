"""What a container runs when it starts."""

from collections.abc import Iterator
from dataclasses import dataclass

from dfopt.model.model import Model
from dfopt.model.run_scripts import exec_commands
from dfopt.model.stages import Stage
from dfopt.syntax.commands import Command
from dfopt.syntax.nodes import Cmd, Entrypoint, ExecForm
from dfopt.syntax.shell import parse_script, shell_kind
from dfopt.syntax.wrappers import unwrap


@dataclass(frozen=True, slots=True)
class Entry:
    """An instruction that says what the final image runs, and its commands: those that `exec` and its like wrap."""

    instruction: Cmd | Entrypoint
    commands: tuple[Command, ...]


def entries(model: Model) -> tuple[Entry, ...]:
    """The ENTRYPOINT and the CMD that are in force in the final image, as far as this file has them."""
    final = model.final_stage
    if final is None:
        return ()
    return tuple(
        [Entry(each, tuple(_commands(each, final))) for kind in (Entrypoint, Cmd) if (each := _last(final, kind))]
    )


def _last(stage: Stage, kind: type[Cmd] | type[Entrypoint]) -> Cmd | Entrypoint | None:
    for each in stage.lineage:
        if found := each.instructions_of(kind):
            return found[-1]
    return None


def _commands(instruction: Cmd | Entrypoint, stage: Stage) -> Iterator[Command]:
    form = instruction.command
    escape = stage.model.escape
    if isinstance(form, ExecForm):
        for _, inner, script in exec_commands(form, escape):
            yield inner
            if script:
                yield from map(unwrap, script.commands)
        return
    kind = shell_kind(stage.config.shell, base_is_windows=stage.is_windows, escape=escape)
    token = form.script
    data = token.text.encode("utf-8", "surrogateescape")
    yield from map(unwrap, parse_script(data, token.span.start.offset, escape, kind=kind).commands)
