"""Two RUNs that follow each other made one, and one made two."""

import re

from dfopt.model.invocations import Invocation
from dfopt.model.runs import RunFacts
from dfopt.rules.chains import Edits
from dfopt.syntax.commands import Context
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Onbuild
from dfopt.syntax.shell import Script, ShellKind

_LEAVES_TRACES = frozenset(
    ". alias builtin cd declare eval exec exit export local popd pushd readonly return set shopt source trap typeset"
    " ulimit umask unalias unset".split()
)
_INDENT = re.compile(rb"\n([ \t]+)(?:&&|\|\|)?")
_DEFAULT_INDENT = "    "
_IGNORES = re.compile(r"#.*\b(?:ignore|skip)\b")


def merge(first: RunFacts, second: RunFacts) -> Edits | None:
    """Append the script of a RUN to that of the RUN in front of it, with `&&`.

    None where the result would not do the same: other flags or shells, a folder, option or variable of the shell that
    the second one would now see, a status that would decide something else; also where a script is not a plain list of
    commands, and where a comment between the two silences something.
    """
    if not _is_plain_list(first, ("&&", "||", ";")) or not _is_plain_list(second, ("&&",)):
        return None
    if _flags(first) != _flags(second) or first.shell != second.shell or _leaves_traces(first):
        return None
    one, other = first.scripts[0], second.scripts[0]
    between = second.instruction.head.prefix
    if _IGNORES.search(between) or _ends_openly(first, one):
        return None
    comments = "".join([f"{line.strip()}\n" for line in between.split("\n") if line.strip().startswith("#")])
    indent = _indent(one) or _indent(other) or _DEFAULT_INDENT
    feed = "\r\n" if b"\r\n" in first.stage.model.data else "\n"
    text = f" {one.source.escape}{feed}{comments.replace(chr(10), feed)}{indent}&& "
    return (Edit(_end(first), second.commands[0].start, text),)


def split(command: Invocation, between: str) -> Edits | None:
    """Make two RUNs of one, with an instruction in place of the command between them.

    The folder is that of the instruction between. None where the second one would not do the same: it would miss an
    option or variable that the first part sets; also where the script is not a plain list joined by `&&`, where the RUN
    has flags, and where a comment stands beside the command.
    """
    run = command.run
    if not _is_plain_list(run, ("&&",)) or run.instruction.flags or command.context or run.is_trigger:
        return None
    before = [each for each in run.commands if each.start < command.start]
    behind = [each for each in run.commands if each.start >= command.end]
    if not before or not behind or behind[0].connector != "&&":
        return None
    if any(_leaves_trace(each) and (each.program != "cd" or each.context) for each in before):
        return None
    start, end = max(map(_end_of, before)), behind[0].start
    data = run.stage.model.data
    if b"#" in data[start : command.start] + data[command.end : end]:
        return None
    feed = "\r\n" if b"\r\n" in data else "\n"
    return (Edit(start, end, f"{feed}{between}{feed}RUN "),)


def _is_plain_list(run: RunFacts, connectors: tuple[str, ...]) -> bool:
    """Whether a RUN is a list of commands and pipelines with only these connectors between them."""
    if run.is_exec_form or run.shell_kind is not ShellKind.POSIX or run.instruction.heredocs or not run.commands:
        return False
    if run.scripts[0].has_error or isinstance(run.onbuild, Onbuild):
        return False
    allowed = (*connectors, "|", None)
    inner = {Context.SUBSTITUTION, Context.SCRIPT}
    for command in run.commands:
        is_inside = not inner.isdisjoint(command.context)
        if not is_inside and (command.connector not in allowed or not set(command.context) <= {Context.PIPELINE}):
            return False
    return run.commands[0].start == _start(run.scripts[0])


def _leaves_traces(run: RunFacts) -> bool:
    return any(map(_leaves_trace, run.commands))


def _leaves_trace(command: Invocation) -> bool:
    return not command.words or command.program in _LEAVES_TRACES


def _ends_openly(run: RunFacts, script: Script) -> bool:
    """Whether something stands behind the last command: an operator, a comment, the rest of a compound command."""
    return script.source.data[_end(run) - script.start :].strip() != b""


def _end(run: RunFacts) -> int:
    return max(map(_end_of, run.commands))


def _end_of(command: Invocation) -> int:
    return max(command.end, *(each.end for each in command.redirects), 0)


def _start(script: Script) -> int:
    data = script.source.data
    return script.start + len(data) - len(data.lstrip())


def _flags(run: RunFacts) -> list[str]:
    return sorted(flag.code.strip() for flag in run.instruction.flags)


def _indent(script: Script) -> str | None:
    found = _INDENT.search(script.source.data)
    return found[1].decode() if found else None
