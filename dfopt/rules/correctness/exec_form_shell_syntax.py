"""The rule `exec-form-shell-syntax`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Cmd, CommandInstruction, Entrypoint, ExecForm, Healthcheck, Run

_OPERATORS = frozenset(("&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1", "&>", "2>"))
_VARIABLE = re.compile(r"\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*)")
_INLINE_CODE = frozenset(("-c", "-e", "-Command", "/c", "/C", "-ec", "-lc", "-exc"))
_READERS = frozenset(
    "sh bash ash dash zsh ksh fish su gosu cmd cmd.exe powershell powershell.exe pwsh pwsh.exe awk gawk sed perl"
    " envsubst jq find xargs".split()
)


class ExecFormShellSyntax(Rule):
    r"""An exec form has something in it that only a shell would understand.

    ## What it does

    Reports strings of exec forms that are operators of the shell (`&&`, `|`, `>`) or have a variable in them
    (`$PORT`), where no shell is called to read them.

    ## Why is this bad

    There is no shell in exec form: the program gets `&&` or `$PORT` as its argument.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    CMD ["app", "--port", "$PORT"]
    ```

    ```dockerfile
    FROM debian:12-slim
    CMD ["sh", "-c", "exec app --port \"$PORT\""]
    ```
    """

    id = "exec-form-shell-syntax"
    help = 'call a shell, ["sh", "-c", "exec …"], or have the program read the variable itself'
    instructions = (Run, Cmd, Entrypoint, Healthcheck)

    def check_instruction(self, instruction: CommandInstruction | Healthcheck, model: Model) -> Iterator[Finding]:
        form = instruction.command
        if not isinstance(form, ExecForm) or _is_read_by_a_program((*_entrypoint(instruction, model), *form.values)):
            return
        for token, value in zip(form.strings[1:], form.values[1:], strict=False):
            if value in _OPERATORS:
                yield Finding(token, f"{form.values[0]} gets {value} as an argument, for no shell reads it")
            elif variable := _VARIABLE.search(value):
                name = variable[0].strip("${")
                yield Finding(token, f"no shell puts in the value of {name}, so that the program gets {value}")


def _entrypoint(instruction: CommandInstruction | Healthcheck, model: Model) -> tuple[str, ...]:
    """What stands in front of a CMD when the container starts."""
    stage = model.stage_of(instruction)
    return (stage.config.entrypoint or ()) if stage and isinstance(instruction, Cmd) else ()


def _is_read_by_a_program(values: tuple[str, ...]) -> bool:
    """Whether one of the words is a shell or another program that reads such syntax by itself, or takes code."""
    return any(value in _INLINE_CODE or value.rpartition("/")[2] in _READERS for value in values)
