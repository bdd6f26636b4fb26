"""The state of a shell while its script goes on: folder, options and variables."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dfopt.frozen import frozen
from dfopt.model.paths import join_path
from dfopt.model.shell_values import substitute
from dfopt.syntax.commands import Command, Context, Word
from dfopt.syntax.shell import Script
from dfopt.syntax.wrappers import script_of, unwrap

_SCOPES = frozenset(Context) - {Context.CONDITION}
_BODIES = frozenset((Context.BRANCH, Context.LOOP))
_END_OF_SCOPE = re.compile(rb"\)|;;|\}|\b(?:fi|done|esac|else|elif)\b")
_PATTERN_OF_CASE = re.compile(rb"\bin\b|;;")
_LIST_WITH_VARIABLES = re.compile(r"(?=.*\S\s+\S)(?:[^$`]|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\})*", re.ASCII | re.DOTALL)
_PIPES = ("|", "|&")


@frozen()
class ShellState:
    """What a command finds: its folder (None where it is not known), options, the variables with a known value."""

    cwd: str | None
    errexit: bool
    pipefail: bool
    variables: Mapping[str, str]
    folders: tuple[str | None, ...] = ()
    previous: str | None = None


def shell_options(words: Sequence[str], *, errexit: bool = False, pipefail: bool = False) -> tuple[bool, bool]:
    """Whether errexit and pipefail are on after the options in some words, as `set` and a shell's start take them."""
    rest = iter(words)
    for word in rest:
        if word == "--":
            break
        if len(word) < 2 or word[0] not in "-+" or word.startswith("--"):
            continue
        on = word[0] == "-"
        errexit = on if "e" in word else errexit
        for _ in range(word.count("o")):
            name = next(rest, "")
            errexit = on if name == "errexit" else errexit
            pipefail = on if name == "pipefail" else pipefail
    return errexit, pipefail


def walk(script: Script, state: ShellState) -> Iterator[tuple[Command, Command, ShellState]]:
    """The commands of a script by their start: each as it stands, what it runs in the end, and the state it finds."""
    walker = _Walker(script, state)
    for command in script.commands:
        walker.enter(command)
        inner = unwrap(command)
        yield command, inner, walker.state
        walker.leave(command, inner)


class _Walker:
    """Follows `cd`, `set` and assignments; what a subshell or a body does to the folder ends with it."""

    def __init__(self, script: Script, state: ShellState) -> None:
        self.state = state
        self._script = script
        self._scopes: list[tuple[tuple[Context, ...], ShellState]] = []
        self._before: Command | None = None
        self._scripts: list[tuple[Word, Command, ShellState]] = []

    def enter(self, command: Command) -> None:
        """Closes the scopes that have ended in front of a command, and opens those it stands in."""
        context = command.context
        if self._scopes:
            for _ in range(self._ended(command)):
                if self._scopes:
                    self.state = self._scopes.pop()[1]
            while self._scopes and self._scopes[-1][0] != context[: len(self._scopes[-1][0])]:
                self.state = self._scopes.pop()[1]
        for depth in range(len(self._scopes[-1][0]) if self._scopes else 0, len(context)):
            if context[depth] in _SCOPES:
                self._scopes.append((context[: depth + 1], self.state))
                if context[depth] is Context.SCRIPT:
                    self._start_shell(command.start)

    def leave(self, command: Command, inner: Command) -> None:
        """Takes over what a command does to the shell itself."""
        self._before = command
        if word := script_of(inner):
            self._scripts.append((word, inner, self.state))
        program = inner.program
        if not inner.words or program in _SPECIAL_BUILTINS:
            self._assign(command)
        change = _CHANGES.get(program)
        if change:
            self.state = change(self.state, inner)
            if command.connector == "||" and program in ("cd", "pushd", "popd"):
                self.state = replace(self.state, cwd=None)

    def _ended(self, command: Command) -> int:
        """How many scopes have ended between the command before and this one."""
        before = self._before
        if before is None or before.end > command.start:
            return 0
        gap = self._script.source.data[before.end - self._script.start : command.start - self._script.start]
        ends = _END_OF_SCOPE.findall(gap)
        if _PATTERN_OF_CASE.search(gap):
            return min(len([end for end in ends if end != b")"]), 1)
        if command.connector in _PIPES and self._scopes[-1][0][-1] is Context.PIPELINE:
            return 1
        return len(ends)

    def _start_shell(self, start: int) -> None:
        """The state in which a shell starts that is given the script there; `eval` keeps the options of its own."""
        for word, command, state in reversed(self._scripts):
            if word.start <= start < word.end:
                self.state = state
                if command.program != "eval":
                    errexit, pipefail = shell_options([each.value for each in command.arguments])
                    self.state = replace(state, errexit=errexit, pipefail=pipefail)
                return

    def _assign(self, command: Command) -> None:
        variables = dict(self.state.variables)
        for each in command.assignments:
            value = each.value.value if each.value.is_static else substitute(each.value.value, variables)
            if each.operator == "=" and _is_known(value) and not _BODIES.intersection(command.context):
                variables[each.name] = value
            else:
                variables.pop(each.name, None)
        self.state = replace(self.state, variables=variables)


def _is_known(value: str) -> bool:
    """Whether a value is known, or is a list whose words have variables: `app=$VERSION app-tools=$VERSION`."""
    return ("$" not in value and "`" not in value) or _LIST_WITH_VARIABLES.fullmatch(value) is not None


def _cd(state: ShellState, command: Command) -> ShellState:
    words = [word for word in command.arguments if not re.fullmatch(r"-[LPe@]+|--", word.value)]
    if not words:
        folder = state.variables.get("HOME")
    elif words[0].value == "-":
        folder = state.previous
    else:
        folder = folder_of(words[0].value, state)
    return replace(state, cwd=folder, previous=state.cwd)


def folder_of(word: str, state: ShellState) -> str | None:
    """The folder that a word names from the current one; None where it can't be told."""
    path = substitute(word, state.variables)
    if any(character in path for character in "$`*?["):
        return None
    if path.startswith("~"):
        home = state.variables.get("HOME")
        if home is None or path[1:2] not in ("", "/"):
            return None
        path = home + path[1:]
    return None if state.cwd is None and not path.startswith("/") else join_path(state.cwd, path)


def _pushd(state: ShellState, command: Command) -> ShellState:
    return replace(_cd(state, command), folders=(*state.folders, state.cwd))


def _popd(state: ShellState, _: Command) -> ShellState:
    if not state.folders:
        return replace(state, cwd=None)
    return replace(state, cwd=state.folders[-1], folders=state.folders[:-1])


def _set(state: ShellState, command: Command) -> ShellState:
    words = [word.value for word in command.arguments]
    errexit, pipefail = shell_options(words, errexit=state.errexit, pipefail=state.pipefail)
    return replace(state, errexit=errexit, pipefail=pipefail)


def _export(state: ShellState, command: Command) -> ShellState:
    variables = dict(state.variables)
    for word in command.arguments:
        name, equals, value = word.value.partition("=")
        if not equals:
            continue
        value = value if word.is_static else substitute(value, variables)
        variables.pop(name, None)
        if "$" not in value and "`" not in value:
            variables[name] = value
    return replace(state, variables=variables)


def _forget(state: ShellState, command: Command) -> ShellState:
    """`read` and `unset` leave variables without a known value."""
    names = {word.value for word in command.arguments}
    return replace(state, variables={name: value for name, value in state.variables.items() if name not in names})


_SPECIAL_BUILTINS = frozenset(
    (":", ".", "eval", "exec", "export", "readonly", "set", "shift", "times", "trap", "unset")
)
"""In a POSIX shell assignments in front of these stay, as in `tools='gcc make' set -x`; so they do in bash as sh."""

_CHANGES = {
    "cd": _cd,
    "declare": _export,
    "export": _export,
    "local": _export,
    "popd": _popd,
    "pushd": _pushd,
    "read": _forget,
    "readonly": _export,
    "set": _set,
    "unset": _forget,
}
