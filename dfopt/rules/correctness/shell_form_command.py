"""The rule `shell-form-command`."""

import json
import re
import shlex
from collections.abc import Iterator, Sequence

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import Edits, replace_token
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Cmd, Entrypoint, Healthcheck, Instruction, ShellForm

_EXEC = re.compile(r"exec\s+")
_OR_UNHEALTHY = re.compile(r"\s*\|\|\s*exit(?:\s+1)?\s*$")
_SPECIAL = re.compile(r"[$`\\~*?\[\]{}()<>|&;#!\n\r]")
_BUILTINS = frozenset(
    ". : alias bg builtin cd command eval exec exit export fg hash jobs read readonly return set shift source times"
    " trap type ulimit umask unalias unset wait".split()
)
_PLAIN_OPTION = re.compile(r"-[ceuxo]+|pipefail|errexit|nounset")
_SHELLS = ("sh", "bash", "ash", "dash")


class ShellFormCommand(Rule):
    """The program of a container is started by a shell.

    ## What it does

    Reports CMD and ENTRYPOINT in shell form. One that starts with `exec` and needs the shell, for a variable say, is
    left alone: the shell is gone when the program runs. HEALTHCHECK is reported only where its command has nothing in
    it that a shell is needed for. The end `|| exit 1` is no such thing: to the engine every status but 0 is unhealthy.

    ## Why is this bad

    The container's first process is `/bin/sh -c`, which hands no signal on: `docker stop` waits ten seconds, and then
    kills a program that could not finish its work. An image without a shell can't start it at all.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    CMD nginx -g daemon
    ```

    ```dockerfile
    FROM debian:12-slim
    CMD ["nginx", "-g", "daemon"]
    ```

    ## Fix safety

    Unsafe: it is offered only where nothing in the command is for a shell to read, but the program becomes the first
    process, gets the signals, and what the shell itself did (a profile read because of ENV, a SHELL of the base) is
    gone. An ENTRYPOINT below which a CMD is in force is not touched, for it would get that as its arguments.
    """

    id = "shell-form-command"
    aliases = ("DL3025", "JSONArgsRecommended")
    help = 'write ["program", "argument"], or start the script with exec'
    fix_safety = Safety.UNSAFE
    instructions = (Cmd, Entrypoint, Healthcheck)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for instruction in stage.instructions:
            if not isinstance(instruction, (Cmd, Entrypoint, Healthcheck)):
                continue
            form = instruction.command
            if not isinstance(form, ShellForm) or form.script.text.startswith("["):
                continue
            words = _words(_without_exec(form.script.value), stage, instruction)
            if words is None and (isinstance(instruction, Healthcheck) or _EXEC.match(form.script.value)):
                continue
            edits = _exec_form(form, words, stage, instruction) if words else None
            change = Change[instruction.keyword]
            fix = Fix(Safety.UNSAFE, "write it in exec form", edits, frozenset({change})) if edits else None
            started = "checked" if isinstance(instruction, Healthcheck) else "started"
            yield Finding(form.script, f"{instruction.keyword} is {started} by way of a shell", fix=fix)


def _without_exec(script: str) -> str:
    match = _EXEC.match(script)
    return script[match.end() :] if match else script


def _words(script: str, stage: Stage, instruction: Instruction) -> Sequence[str] | None:
    """The words of a script that no shell is needed for."""
    if isinstance(instruction, Healthcheck):
        script = _OR_UNHEALTHY.sub("", script)
    if _SPECIAL.search(script) or not _is_plain_shell(stage.config_at(instruction).shell) or stage.is_windows:
        return None
    try:
        words = shlex.split(script)
    except ValueError:
        return None
    return words if words and words[0] not in _BUILTINS and "=" not in words[0] else None


def _is_plain_shell(shell: tuple[str, ...] | None) -> bool:
    """Whether a shell does nothing but run the script: no login, no other program around it."""
    if shell is None:
        return True
    return shell[0].rpartition("/")[2] in _SHELLS and all(map(_PLAIN_OPTION.fullmatch, shell[1:]))


def _exec_form(form: ShellForm, words: Sequence[str], stage: Stage, instruction: Instruction) -> Edits | None:
    if isinstance(instruction, Entrypoint) and any(each.config.cmd for each in stage.model.stages):
        return None
    return replace_token(form.script, json.dumps(words, ensure_ascii=False))
