"""`RunFacts`: one RUN, its scripts and its commands."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from dfopt.model.config import Config
from dfopt.model.invocations import Invocation
from dfopt.model.mounts import Mount
from dfopt.model.packages import PackageCommand
from dfopt.syntax.nodes import Instruction, Run
from dfopt.syntax.shell import Script, ShellKind

if TYPE_CHECKING:
    from dfopt.model.stages import Stage


class RunFacts:
    """One RUN. `onbuild` is the ONBUILD that it is triggered by; such a RUN makes no layer of this file's image."""

    def __init__(self, stage: "Stage", instruction: Run, onbuild: Instruction | None = None) -> None:
        self.stage = stage
        self.instruction = instruction
        self.onbuild = onbuild

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
        raise NotImplementedError

    def mount_over(self, path: str) -> Mount | None:
        """The mount that keeps an absolute path out of the layer; the innermost of several."""
        raise NotImplementedError

    @property
    def network(self) -> str:
        """`default`, `none` or `host`."""
        raise NotImplementedError

    @property
    def security(self) -> str:
        """`sandbox` or `insecure`."""
        raise NotImplementedError

    @property
    def is_exec_form(self) -> bool:
        """Whether its command is a JSON array."""
        raise NotImplementedError

    @cached_property
    def shell(self) -> tuple[str, ...] | None:
        """What runs its script: SHELL or the default; of a here-document with `#!`, that line; None in exec form."""
        raise NotImplementedError

    @property
    def shell_name(self) -> str | None:
        """The program of `shell` without its folders: such as `sh`, `bash` or `python3`."""
        raise NotImplementedError

    @cached_property
    def shell_kind(self) -> ShellKind:
        """What that shell reads; POSIX in exec form."""
        raise NotImplementedError

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """The script in shell form, or the body of the here-document that is the script; none in exec form."""
        raise NotImplementedError

    @cached_property
    def commands(self) -> tuple[Invocation, ...]:
        """All its commands by their start; none where the shell is not a POSIX one."""
        raise NotImplementedError

    def commands_named(self, *programs: str) -> tuple[Invocation, ...]:
        """Its commands of these programs."""
        return tuple([command for command in self.commands if command.program in programs])

    @cached_property
    def package_commands(self) -> tuple[PackageCommand, ...]:
        """Its commands of package managers."""
        raise NotImplementedError


def read_runs(stage: "Stage") -> tuple[RunFacts, ...]:
    """The RUNs of a stage."""
    raise NotImplementedError
