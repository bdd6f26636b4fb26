"""The rule `shell-state-lost`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import Edits, replace
from dfopt.rules.rule import Finding, Rule

_OF_SHELL_ONLY = frozenset("export alias cd source . set unset umask ulimit shopt unalias pushd".split())
_REMEDIES = {
    "export": "use ENV",
    "cd": "use WORKDIR",
    "pushd": "use WORKDIR",
    "set": "use SHELL",
    "shopt": "use SHELL",
    "unset": "set the variable to nothing by ENV",
    "alias": "write a script, or a file that the shell reads when it starts",
}
_ENVIRONMENT = re.compile(
    r"(?:^|/)(?:activate|\.?bashrc|\.?bash_profile|\.?profile|\.?zshrc|environment|\.?env|setup\.(?:ba)?sh|nvm\.sh"
    r"|sdkman-init\.sh|[\w.-]+\.env)$"
)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=(?:[\w./:@%+,-]|\$\{?PATH\}?)+")


class ShellStateLost(Rule):
    """A RUN ends with a command that only changes its own shell.

    ## What it does

    Reports `export` and `alias` at the end of a RUN, and RUNs that do nothing but `cd`, `source` a file of settings,
    `set`, `umask` or `ulimit`.

    ## Why is this bad

    Each RUN has a shell of its own. The folder, the variable, the alias is gone when it ends, and the next instruction
    knows nothing of it.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN export PATH=/opt/app/bin:$PATH
    RUN app --version
    ```

    ```dockerfile
    FROM debian:12-slim
    ENV PATH=/opt/app/bin:$PATH
    RUN app --version
    ```

    ## Fix safety

    Unsafe: a RUN that is nothing but an export becomes ENV, and then the variable is set for what follows, and in the
    container.
    """

    id = "shell-state-lost"
    help = "use ENV, WORKDIR or SHELL, or put the commands that need it into the same RUN"
    fix_safety = Safety.UNSAFE
    commands = ("export", "alias", "cd", "source", ".", "set", "umask", "ulimit", "shopt", "unset", "pushd")

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for run in stage.runs:
            if run.commands and (lost := _lost(run)):
                yield self._finding(lost, run)

    def _finding(self, command: Invocation, run: RunFacts) -> Finding:
        edits = _as_env(run) if command.program == "export" and not run.is_trigger else None
        declares = frozenset({Change.INSTRUCTIONS, Change.ENV})
        fix = Fix(Safety.UNSAFE, "set it by ENV", edits, declares) if edits else None
        message = f"what {command.program} does is lost at the end of this RUN"
        return Finding(command, message, help=_REMEDIES.get(command.program, ""), fix=fix)


def _lost(run: RunFacts) -> Invocation | None:
    """The command at the end of a RUN whose effect nothing of it can see."""
    last = run.commands[-1]
    if last.program not in _OF_SHELL_ONLY or last.context or last.script is None or last.connector in ("||", "|", "&"):
        return None
    if last.program in ("export", "alias"):
        return last if last.operands and not last.redirects else None
    if not all(each.program in _OF_SHELL_ONLY and not each.context for each in run.commands):
        return None
    if last.program in ("source", ".") and not (last.operands and _ENVIRONMENT.search(last.operands[0].value)):
        return None
    return last


def _as_env(run: RunFacts) -> Edits | None:
    """An ENV in place of a RUN that only exports plain values."""
    command = run.commands[0]
    settings = [word.text for word in command.arguments]
    if len(run.commands) > 1 or run.instruction.flags or not all(map(_ASSIGNMENT.fullmatch, settings)):
        return None
    keyword = "env" if run.instruction.head.text.islower() else "ENV"
    return replace(run.instruction, f"{keyword} {' '.join(settings)}")
