"""From instructions to configurations, as BuildKit dispatches them (``dockerfile2llb/convert.go``)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from dfopt.model.config import DEFAULT_SHELL, DEFAULT_WINDOWS_SHELL, Config, Healthcheck
from dfopt.model.paths import join_path
from dfopt.model.scopes import DEFAULT_PATH
from dfopt.syntax import nodes
from dfopt.syntax.nodes import ExecForm, Instruction, ShellForm
from dfopt.syntax.words import WordError, expand_words


def config_of_base(below: Config | None, *, scratch: bool, windows: bool = False) -> Config:
    """What a stage starts with: the end of the local stage below it, nothing at all, or what is not known."""
    if below is not None:
        return replace(below, onbuild=())
    if not scratch:
        return Config()
    env = {} if windows else {"PATH": DEFAULT_PATH}
    return Config(complete=True, env=env, variables=env, workdir="/")


def evaluate(
    instructions: Iterable[Instruction],
    start: Config,
    *,
    global_args: Mapping[str, str | None],
    build_args: Mapping[str, str],
    escape: str,
    windows: bool,
) -> tuple[dict[int, Config], Config]:
    """The configuration in front of each instruction, by the instruction's id, and the one behind the last."""
    evaluation = _Evaluation(start, global_args, build_args, escape, windows)
    before: dict[int, Config] = {}
    for instruction in instructions:
        before[id(instruction)] = evaluation.config
        if isinstance(instruction, nodes.Onbuild):
            before[id(instruction.trigger)] = evaluation.config
        handler = _HANDLERS.get(type(instruction))
        if handler:
            handler(evaluation, instruction)
    return before, evaluation.config


class _Evaluation:
    """The configuration while the instructions of one stage are gone through."""

    def __init__(
        self,
        config: Config,
        global_args: Mapping[str, str | None],
        build_args: Mapping[str, str],
        escape: str,
        windows: bool,
    ) -> None:
        self.config = config
        self._global_args = global_args
        self._build_args = build_args
        self._escape = escape
        self._windows = windows
        self._has_cmd = False

    def env(self, instruction: nodes.Env) -> None:
        """All words of one ENV see the variables in front of it."""
        settings = self._settings(instruction)
        config = self.config
        self.config = replace(config, env={**config.env, **settings}, variables={**config.variables, **settings})

    def label(self, instruction: nodes.Label) -> None:
        self.config = replace(self.config, labels={**self.config.labels, **self._settings(instruction)})

    def arg(self, instruction: nodes.Arg) -> None:
        """Each argument of one ARG sees those in front of it; one without a value is that of the global scope."""
        for setting in instruction.settings:
            name = setting.name.value
            value = self._build_args.get(name)
            if value is None:
                value = self._expand(setting.value.value) if setting.value else self._global_args.get(name)
            config = self.config
            variables = config.variables if value is None else {**config.variables, name: value}
            self.config = replace(config, args={**config.args, name: value}, variables=variables)

    def user(self, instruction: nodes.User) -> None:
        self.config = replace(self.config, user=self._expand(instruction.argument.value.strip()))

    def workdir(self, instruction: nodes.Workdir) -> None:
        path = self._expand(instruction.argument.value.strip())
        folder = path if self._windows else join_path(self.config.workdir, path)
        self.config = replace(self.config, workdir=folder)

    def shell(self, instruction: nodes.Shell) -> None:
        self.config = replace(self.config, shell=instruction.command.values)

    def cmd(self, instruction: nodes.Cmd) -> None:
        self._has_cmd = True
        self.config = replace(self.config, cmd=self._command(instruction.command))

    def entrypoint(self, instruction: nodes.Entrypoint) -> None:
        """An ENTRYPOINT drops the CMD that was inherited, never the one of its own stage."""
        cmd = self.config.cmd if self._has_cmd else ()
        self.config = replace(self.config, entrypoint=self._command(instruction.command), cmd=cmd)

    def expose(self, instruction: nodes.Expose) -> None:
        ports = [_with_protocol(port) for word in instruction.values for port in self._expand_words(word)]
        self.config = replace(self.config, exposed=_union(self.config.exposed, ports))

    def volume(self, instruction: nodes.Volume) -> None:
        paths = [self._expand(word) for word in instruction.values]
        self.config = replace(self.config, volumes=_union(self.config.volumes, paths))

    def healthcheck(self, instruction: nodes.Healthcheck) -> None:
        options = {flag.name: flag.value or "" for flag in instruction.flags}
        self.config = replace(self.config, healthcheck=Healthcheck(_test(instruction.command), options))

    def stopsignal(self, instruction: nodes.Stopsignal) -> None:
        self.config = replace(self.config, stopsignal=self._expand(instruction.argument.value.strip()))

    def onbuild(self, instruction: nodes.Onbuild) -> None:
        trigger = instruction.trigger.code.strip()
        self.config = replace(self.config, onbuild=(*self.config.onbuild, trigger))

    def maintainer(self, instruction: nodes.Maintainer) -> None:
        self.config = replace(self.config, maintainer=instruction.argument.value.strip())

    def _settings(self, instruction: nodes.SettingInstruction) -> dict[str, str]:
        return {
            self._expand(setting.name.value): self._expand(setting.value.value if setting.value else "")
            for setting in instruction.settings
        }

    def _command(self, command: ShellForm | ExecForm) -> tuple[str, ...]:
        if isinstance(command, ExecForm):
            return command.values
        default = DEFAULT_WINDOWS_SHELL if self._windows else DEFAULT_SHELL
        return (*(self.config.shell or default), command.script.value.rstrip())

    def _expand(self, word: str) -> str:
        return self.config.expand(word, self._escape)

    def _expand_words(self, word: str) -> list[str]:
        try:
            return expand_words(self._expand(word), {}, self._escape) if "$" not in word else self._expand(word).split()
        except WordError:
            return [word]


_HANDLERS: Mapping[type[Instruction], Callable[[_Evaluation, Instruction], None]] = {
    getattr(nodes, method.capitalize()): getattr(_Evaluation, method)
    for method in (
        "env label arg user workdir shell cmd entrypoint expose volume"
        " healthcheck stopsignal onbuild maintainer".split()
    )
}


def _test(command: ShellForm | ExecForm | None) -> tuple[str, ...]:
    if command is None:
        return ("NONE",)
    return ("CMD", *command.values) if isinstance(command, ExecForm) else ("CMD-SHELL", command.script.value)


def _with_protocol(port: str) -> str:
    return port.lower() if "/" in port else f"{port}/tcp"


def _union(before: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *more)))
