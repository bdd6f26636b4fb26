"""Commands that run another one: `sudo`, `env`, `xargs`, and shells that are given a script as text."""

import re
from dataclasses import replace
from itertools import pairwise

from dfopt.frozen import frozen
from dfopt.syntax.commands import Assignment, Command, Word

_MAX_WRAPPERS = 20
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=", re.ASCII)
_SHELLS = frozenset({"ash", "bash", "dash", "ksh", "mksh", "sh", "zsh"})
_USER_SWITCHES = frozenset({"runuser", "su"})
_SCRIPT_OPTION = re.compile(r"-[a-zA-Z]*c[a-zA-Z]*")
_VALUED_SHELL_OPTION = re.compile(r"[-+][a-zA-Z]*[oO]")


@frozen()
class _Wrapper:
    valued: frozenset[str] = frozenset()
    """Options whose value is the next word."""
    queries: frozenset[str] = frozenset()
    """Options with which it runs nothing."""
    operands: int = 0
    """Words between the options and the command."""


def _wrapper(valued: str = "", *, queries: str = "", operands: int = 0) -> _Wrapper:
    return _Wrapper(frozenset(valued.split()), frozenset(queries.split()), operands)


_WRAPPERS = {
    "builtin": _wrapper(),
    "busybox": _wrapper(),
    "chroot": _wrapper(operands=1),
    "command": _wrapper(queries="-v -V"),
    "doas": _wrapper("-C -u"),
    "eatmydata": _wrapper(),
    "env": _wrapper("-C -u --chdir --unset"),
    "exec": _wrapper("-a"),
    "fakeroot": _wrapper("-b -i -l -s"),
    "gosu": _wrapper(operands=1),
    "ionice": _wrapper("-c -n", queries="-p"),
    "linux32": _wrapper(),
    "linux64": _wrapper(),
    "nice": _wrapper("-n --adjustment"),
    "nohup": _wrapper(),
    "setarch": _wrapper(operands=1),
    "setsid": _wrapper(),
    "stdbuf": _wrapper("-e -i -o --error --input --output"),
    "su-exec": _wrapper(operands=1),
    "sudo": _wrapper(
        "-C -D -g -h -p -R -r -T -t -U -u --chdir --chroot --group --host --prompt --user", queries="-l -v"
    ),
    "time": _wrapper("-f -o --format --output"),
    "timeout": _wrapper("-k -s --kill-after --signal", operands=1),
    "xargs": _wrapper(
        "-a -d -E -I -L -n -P -s"
        " --arg-file --delimiter --max-args --max-chars --max-lines --max-procs --process-slot-var"
    ),
}


def unwrap(command: Command) -> Command:
    """The command that is run in the end; the command itself when it wraps none.

    The result starts at its own first word; assignments of the wrappers (`env A=b`) are added to its own.
    """
    for _ in range(_MAX_WRAPPERS):
        wrapper = _WRAPPERS.get(command.program)
        inner = _inner(command, wrapper) if wrapper else None
        if inner is None:
            break
        command = inner
    return command


def script_of(command: Command) -> Word | None:
    """What a command reads as a shell script: the word behind `-c` or `eval`, or a here-document's body."""
    command = unwrap(command)
    program = command.program
    if program in _SHELLS:
        return _read_by_shell(command)
    if program in _USER_SWITCHES:
        options = pairwise(command.words)
        return next((word for option, word in options if option.value in ("-c", "-lc", "--command")), None)
    if program == "eval" and len(command.words) == 2:
        return command.words[1]
    return None


def _read_by_shell(command: Command) -> Word | None:
    arguments = iter(command.arguments)
    for argument in arguments:
        if _SCRIPT_OPTION.fullmatch(argument.value):
            return next(arguments, None)
        if _VALUED_SHELL_OPTION.fullmatch(argument.value):
            next(arguments, None)
        elif argument.value == "-s":
            break
        elif argument.value[:1] not in ("-", "+"):
            return None
    return _input(command)


def _input(command: Command) -> Word | None:
    bodies = [redirect.body for redirect in command.redirects if redirect.body and not redirect.descriptor]
    return bodies[-1] if bodies else None


def _inner(command: Command, wrapper: _Wrapper) -> Command | None:
    words = command.words
    assignments = list(command.assignments)
    index = 1
    while index < len(words):
        value = words[index].value
        if value in wrapper.queries:
            return None
        if assignment := _ASSIGNMENT.match(value):
            assignments.append(_assignment(words[index], assignment))
        elif not value.startswith("-"):
            break
        elif value in wrapper.valued:
            index += 1
        index += 1
    index += wrapper.operands
    if index >= len(words):
        return None
    return replace(command, words=words[index:], assignments=tuple(assignments), start=words[index].start)


def _assignment(word: Word, match: re.Match[str]) -> Assignment:
    value = replace(word, value=word.value[match.end() :])
    if word.text.startswith(match[0]):
        value = replace(value, text=word.text[match.end() :], start=word.start + match.end())
    return Assignment(match[1], "=", value, word.start, word.end)
