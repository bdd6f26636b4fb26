"""`RunFacts`: one RUN, its scripts and its commands."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dfopt.cached import cached_property
from dfopt.model.config import DEFAULT_SHELL, DEFAULT_WINDOWS_SHELL, Config
from dfopt.model.effects.effect import Effect
from dfopt.model.effects.reading import run_effects
from dfopt.model.invocations import Invocation
from dfopt.model.mounts import Mount, read_mounts
from dfopt.model.packages import PackageCommand
from dfopt.model.paths import is_below
from dfopt.model.run_scripts import exec_commands, is_one_heredoc, read_script, shebang
from dfopt.model.shell_state import ShellState, shell_options, walk
from dfopt.syntax.commands import Command
from dfopt.syntax.nodes import ExecForm, Instruction, Onbuild, Run
from dfopt.syntax.shell import Script, ShellKind, shell_kind

if TYPE_CHECKING:
    from dfopt.model.stages import Stage

_FOLDERS = re.compile(r".*[/\\]")


class RunFacts:
    """One RUN. `onbuild` is the ONBUILD that it is triggered by; such a RUN makes no layer of this file's image."""

    def __init__(self, stage: "Stage", instruction: Run, onbuild: Instruction | None = None) -> None:
        self.stage = stage
        self.instruction = instruction
        self.onbuild = onbuild

    def __repr__(self) -> str:
        return f"<RunFacts line {self.instruction.span.start.line}>"

    @property
    def is_trigger(self) -> bool:
        """Whether it stands behind ONBUILD."""
        return self.onbuild is not None

    @cached_property
    def config(self) -> Config:
        """The configuration it runs with."""
        return self.stage.config_at(self.instruction)

    @property
    def user(self) -> str | None:
        """The user it runs as; None where the external base decides."""
        return self.config.user

    @property
    def workdir(self) -> str | None:
        """The folder it starts in; None where the external base decides."""
        return self.config.workdir

    @property
    def env(self) -> Mapping[str, str]:
        """ENV and ARG as it gets them."""
        return self.config.variables

    @cached_property
    def mounts(self) -> tuple[Mount, ...]:
        """Its `--mount` flags."""
        if not self.instruction.flags:
            return ()
        return read_mounts(self.instruction, lambda text: self.stage.model.expand(text, self.instruction), self.workdir)

    def mount_over(self, path: str) -> Mount | None:
        """The mount that keeps an absolute path out of the layer; the innermost of several."""
        found = [each for each in self.mounts if each.keeps_out_of_layer and is_below(path, each.target or "/")]
        return max(found, key=lambda mount: len(mount.target or ""), default=None)

    @property
    def network(self) -> str:
        """`default`, `none` or `host`."""
        return self._flag("network", "default")

    @property
    def security(self) -> str:
        """`sandbox` or `insecure`."""
        return self._flag("security", "sandbox")

    @property
    def is_exec_form(self) -> bool:
        """Whether its command is a JSON array."""
        return isinstance(self.instruction.command, ExecForm)

    @cached_property
    def shell(self) -> tuple[str, ...] | None:
        """What runs its script: SHELL or the default; of a here-document with `#!`, that line; None in exec form."""
        if self.is_exec_form:
            return None
        if self._is_one_heredoc and (program := shebang(self.instruction.heredocs[0])):
            return program
        return self.config.shell or (DEFAULT_WINDOWS_SHELL if self.stage.is_windows else DEFAULT_SHELL)

    @property
    def shell_name(self) -> str | None:
        """The program of `shell` without its folders, such as `sh`, `bash` or `python3`."""
        if self.shell is None:
            return None
        names = [_FOLDERS.sub("", word).lower().removesuffix(".exe") for word in self.shell]
        return next((name for name in names if name not in ("env", "-S") and not name.startswith("-")), None)

    @cached_property
    def shell_kind(self) -> ShellKind:
        """What that shell reads; POSIX in exec form."""
        return ShellKind.POSIX if self.shell is None else shell_kind(self.shell, base_is_windows=False)

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """The script in shell form, or the body of the here-document that is the script; none in exec form."""
        form = self.instruction.command
        if isinstance(form, ExecForm):
            return ()
        return (read_script(self.instruction, form, self.shell_kind, is_one_heredoc=self._is_one_heredoc),)

    @cached_property
    def commands(self) -> tuple[Invocation, ...]:
        """All its commands by their start; none where the shell is not a POSIX one."""
        found: list[tuple[Script | None, Command, Command, ShellState]] = []
        if isinstance(self.instruction.command, ExecForm):
            found += self._exec_commands(self.instruction.command)
        for script in self.scripts:
            found += self._script_commands(script, self._first_state)
        return tuple([self._invocation(index, *each) for index, each in enumerate(found)])

    def commands_named(self, *programs: str) -> tuple[Invocation, ...]:
        """Its commands of these programs."""
        return tuple([command for command in self.commands if command.program in programs])

    @cached_property
    def package_commands(self) -> tuple[PackageCommand, ...]:
        """Its commands of package managers."""
        return tuple([found for command in self.commands if (found := command.package_command)])

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """What it does to the file system of its layer, in the order of its commands."""
        return tuple(run_effects(self))

    @cached_property
    def _is_one_heredoc(self) -> bool:
        return is_one_heredoc(self.instruction)

    @cached_property
    def _first_state(self) -> ShellState:
        config = self.config
        home = config.home
        variables = config.variables if home is None else {"HOME": home, **config.variables}
        errexit, pipefail = shell_options(self.shell or ())
        return ShellState(config.workdir or ".", errexit, pipefail, variables)

    def _exec_commands(self, form: ExecForm) -> "Iterator[tuple[Script | None, Command, Command, ShellState]]":
        state = self._first_state
        for command, inner, script in exec_commands(form, self.stage.model.escape):
            yield None, command, inner, state
            if script:
                errexit, pipefail = shell_options([word.value for word in inner.words[:-1]])
                start = ShellState(state.cwd, errexit, pipefail, state.variables)
                yield from self._script_commands(script, start)

    def _script_commands(
        self, script: Script, start: ShellState
    ) -> "Iterator[tuple[Script | None, Command, Command, ShellState]]":
        for command, inner, state in walk(script, start):
            yield script, command, inner, state

    def _invocation(
        self, index: int, script: Script | None, command: Command, inner: Command, state: ShellState
    ) -> Invocation:
        return Invocation(
            self, script, inner, command, index, state.cwd, state.errexit, state.pipefail, state.variables
        )

    def _flag(self, name: str, default: str) -> str:
        flag = self.instruction.flag(name)
        return flag.value if flag and flag.value else default


def read_runs(stage: "Stage") -> tuple[RunFacts, ...]:
    """The RUNs of a stage."""
    found = []
    for instruction in stage.instructions:
        if isinstance(instruction, Run):
            found.append(RunFacts(stage, instruction))
        elif isinstance(instruction, Onbuild) and isinstance(instruction.trigger, Run):
            found.append(RunFacts(stage, instruction.trigger, instruction))
    return tuple(found)
