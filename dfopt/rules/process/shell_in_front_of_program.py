"""The rule `shell-in-front-of-program`."""

import json
import re
from collections.abc import Iterator

from dfopt.model.config import DEFAULT_SHELL
from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.distributions import shells
from dfopt.rules.shared.entry import Entry, entries
from dfopt.syntax.commands import Command, Context
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Cmd, Entrypoint, ShellForm
from dfopt.syntax.shell import Script, ShellKind
from dfopt.syntax.wrappers import unwrap

_NEEDS_SHELL = re.compile(r"[$`&|;<>()*?~#!{}\[]|^\s*\w+=")
_WAITERS = frozenset({"exec", "trap", "wait"})
_NO_PROGRAMS = frozenset(
    ": . [ [[ alias break cd continue echo eval exit export false printf pwd read return set shift sleep source tail"
    " test true ulimit umask unset".split()
)
_NOT_PLAIN_IN_JSON = re.compile(r"[\"\\\x00-\x1f]")
_NO_SHELL = frozenset({"dumb-init", "s6-setuidgid", "su", "tini"})


class ShellInFrontOfProgram(Rule):
    """A shell stays in front of the program and keeps its signals.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image whose script ends in a program that the shell waits for, because
    `exec` does not stand in front of it. Only scripts that need a shell (for variables, redirections, several commands)
    are reported; one plain command is better written in exec form. A shell that is known to hand its place to the last
    simple command of its own accord (bash, the ash of BusyBox) is right; the dash of Debian and Ubuntu does not.

    ## Why is this bad

    The engine stops a container by a signal to its first process. That is the shell, which neither ends by it nor hands
    it on, so the program is killed ten seconds later, without having closed its files and connections.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    CMD server --port "$PORT"
    ```

    ```dockerfile
    FROM debian:12-slim
    CMD exec server --port "$PORT"
    ```

    ## Fix safety

    Unsafe: `exec` is put in front of the last command. The program then is the first process: it gets the signals, has
    to heed them by a handler of its own, and inherits children whose parents ended. A script of one line without double
    quotes gets exec form with its shell, `["/bin/sh", "-c", "exec …"]`, which is the same to the engine, and says to
    BuildKit, which warns of shell form, that a shell is meant.
    """

    id = "shell-in-front-of-program"
    severity = Severity.INFO
    help = "put `exec` in front of the program"
    fix_safety = Safety.UNSAFE
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        for entry in _in_force(entries(model)):
            script = entry.script
            if script is None or script.kind is not ShellKind.POSIX or script.has_error or not script.commands:
                continue
            last = max(script.commands, key=lambda each: (each.start, -each.end))
            if not _NEEDS_SHELL.search(script.text) or not _is_waited_for(last, script):
                continue
            if _hands_over(entry, last, model):
                continue
            program = unwrap(last).program
            yield Finding(last, f"the shell waits for {program} and keeps its signals", fix=_fix(entry, last, model))


def _in_force(found: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries without a CMD that an ENTRYPOINT in shell form ignores."""
    front = next((each for each in found if isinstance(each.instruction, Entrypoint)), None)
    return (front,) if front and not front.is_exec_form else found


def _is_waited_for(last: Command, script: Script) -> bool:
    """Whether the script's last command is a program that no `exec` and no trap takes care of."""
    programs = {each.program for each in script.commands}
    if programs & _WAITERS or any(Context.BACKGROUND in each.context for each in script.commands):
        return False
    program = unwrap(last).program
    is_named = bool(program) and "$" not in program and not program.startswith("[")
    return is_named and not last.context and program not in _NO_PROGRAMS and last.program not in _NO_SHELL


def _hands_over(entry: Entry, last: Command, model: Model) -> bool:
    """Whether the shell is known to replace itself by its last command."""
    shell = _shell(entry, model)
    return shell == "ash" or (shell in ("bash", "zsh") and not last.redirects)


def _shell(entry: Entry, model: Model) -> str | None:
    """The shell that reads the script, that behind `/bin/sh` where it is known."""
    final = model.final_stage
    if final is None:
        return None
    if entry.is_exec_form:
        name = next((each.program for each in entry.commands), "sh")
    else:
        name = (final.config.shell or ("/bin/sh",))[0].rpartition("/")[2]
    return next(iter(shells(final)), None) if name == "sh" else name


def _fix(entry: Entry, last: Command, model: Model) -> Fix | None:
    if last.assignments or last.negated or last.connector not in (None, "&&", ";"):
        return None
    edits = (_in_exec_form(entry, last, model) or Edit(last.start, last.start, "exec "),)
    declared = Change.ENTRYPOINT if isinstance(entry.instruction, Entrypoint) else Change.CMD
    return Fix(Safety.UNSAFE, "put exec in front of the last command", edits, frozenset({declared}))


def _in_exec_form(entry: Entry, last: Command, model: Model) -> Edit | None:
    """A script in shell form with `exec`, as a JSON array; None where people would not like to read it so."""
    form = entry.instruction.command
    if not isinstance(form, ShellForm) or _NOT_PLAIN_IN_JSON.search(form.script.text):
        return None
    script = form.script
    at = last.start - script.span.start.offset
    data = script.text.encode("utf-8", "surrogateescape")
    text = (data[:at] + b"exec " + data[at:]).decode("utf-8", "surrogateescape")
    shell = model.config_at(entry.instruction).shell or DEFAULT_SHELL
    array = json.dumps([*shell, text.rstrip()], ensure_ascii=False)
    return Edit(script.span.start.offset, script.span.end.offset, array)
