"""What a container runs when it starts."""

from functools import lru_cache

from dfopt.frozen import frozen
from dfopt.model.model import Model
from dfopt.model.run_scripts import exec_commands
from dfopt.model.stages import Stage
from dfopt.syntax.commands import Command
from dfopt.syntax.nodes import Cmd, Entrypoint, ExecForm
from dfopt.syntax.shell import Script, parse_script, shell_kind
from dfopt.syntax.wrappers import unwrap


@frozen()
class Entry:
    """An instruction that says what the final image runs.

    `outer` are its commands as they stand in the file, `commands` the same in their order, each the one that `exec` and
    its like wrap. `script` is what a shell reads: the shell form, or what exec form gives to `sh -c`.
    """

    instruction: Cmd | Entrypoint
    outer: tuple[Command, ...]
    commands: tuple[Command, ...]
    script: Script | None

    @property
    def is_exec_form(self) -> bool:
        """Whether it is a JSON array."""
        return isinstance(self.instruction.command, ExecForm)


@lru_cache(1)
def entries(model: Model) -> tuple[Entry, ...]:
    """The ENTRYPOINT and the CMD that are in force in the final image, as far as this file has them.

    Many rules ask about one file after the other, so that the last answer is kept.
    """
    final = model.final_stage
    if final is None:
        return ()
    return tuple([_entry(each, final) for kind in (Entrypoint, Cmd) if (each := _last(final, kind))])


def _last(stage: Stage, kind: type[Cmd] | type[Entrypoint]) -> Cmd | Entrypoint | None:
    for each in stage.lineage:
        if found := each.instructions_of(kind):
            return found[-1]
    return None


def _entry(instruction: Cmd | Entrypoint, stage: Stage) -> Entry:
    form = instruction.command
    escape = stage.model.escape
    if isinstance(form, ExecForm):
        found = list(exec_commands(form, escape))
        script = next((each for _, _, each in found if each), None)
        outer = tuple([command for command, _, _ in found])
        return _read(instruction, (*outer, *script.commands) if script else outer, script)
    kind = shell_kind(stage.config.shell, base_is_windows=stage.is_windows, escape=escape)
    token = form.script
    data = token.text.encode("utf-8", "surrogateescape")
    script = parse_script(data, token.span.start.offset, escape, kind=kind)
    return _read(instruction, script.commands, script)


def _read(instruction: Cmd | Entrypoint, outer: tuple[Command, ...], script: Script | None) -> Entry:
    return Entry(instruction, outer, tuple([unwrap(command) for command in outer]), script)
