"""What a container runs, without the shell where none is needed.

A command in shell form is run by a shell. Where its script is one plain command (or `exec` and one), the shell replaces
itself with that command, so the exec form does the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dfopt.model import Config
from dfopt.model.config import Healthcheck
from dfopt.syntax.shell import ShellKind, parse_script, shell_kind

_PLAIN_OPTIONS = frozenset("-c -e -u -ec -eu -euc -o -eo -euo pipefail".split())
_BUILT_IN = frozenset(
    ". : alias bg break cd command continue echo eval exec exit export false fg jobs kill local printf pwd read"
    " readonly return set shift source test times trap true type ulimit umask unset wait [".split()
)
_OR_FAIL = re.compile(r"\s*\|\|\s*exit\s+1\s*;?\s*$")
_TILDE = re.compile(r"^~|[:=]~")


_ENDS_IN_PROMPT = re.compile(
    r"(?:[;\n]|&&|\|\|)\s*(?:exec\s+)?(?:/(?:usr/)?bin/)?(?:ba|z|da|a)?sh(?:\s+-[il])?\s*;?\s*$"
)
_HANDS_OVER = re.compile(
    r"exec|env|sudo|gosu|su-exec|nohup|nice|tini|dumb-init|catatonit|chroot|bundle|service|.*\.sh|.*[-_]entrypoint|[A-Z_]+=.*"
)
_PROMPTS = re.compile(
    r"([bi]?python|ptpython|pypy|perl|ruby|pry|lua|node|php|R|ghci|irb|iex|erl|jshell|scala|sbcl|julia|pwsh)[0-9.]*"
)


@dataclass(frozen=True, slots=True)
class Start:
    """ENTRYPOINT, CMD and HEALTHCHECK of the final stage; None where there is none.

    `shells` are the shells that some of them still need, `changes` says what became of shell forms, for people.
    """

    entrypoint: tuple[str, ...] | None
    cmd: tuple[str, ...] | None
    healthcheck: Healthcheck | None
    shells: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    @property
    def command(self) -> tuple[str, ...]:
        """What is run, arguments included."""
        return (*(self.entrypoint or ()), *(self.cmd or ()))

    @property
    def program(self) -> str:
        """The word that names what is run, or the script's first word where it stays in a shell."""
        script = script_of(self.command)
        return script.split()[0] if script and script.split() else self.command[0] if self.command else ""


def start_of(config: Config) -> Start:
    """How the image with this configuration starts, in exec form where that does the same."""
    changes: list[str] = []
    entrypoint, cmd = config.entrypoint or None, config.cmd or None
    if entrypoint and script_of(entrypoint) is not None:
        if words := plain_command(entrypoint):
            changes.append(
                "ENTRYPOINT has exec form now, since no shell is left; it ignored CMD, so that is left out"
                if cmd
                else "ENTRYPOINT has exec form now, since no shell is left"
            )
            entrypoint, cmd = words, None
    elif not entrypoint and cmd and script_of(cmd) is not None and (words := plain_command(cmd)):
        changes.append("CMD has exec form now, since no shell is left")
        cmd = words
    check = config.healthcheck
    if check and check.test[0] == "CMD-SHELL":
        words = plain_command((*(config.shell or ("/bin/sh", "-c")), _OR_FAIL.sub("", check.test[1])))
        if words:
            check = Healthcheck(("CMD", *words), check.options)
            changes.append("HEALTHCHECK has exec form now, since no shell is left")
    shells = tuple(dict.fromkeys(_shells(config, entrypoint, cmd, check)))
    return Start(entrypoint, cmd, check, shells, tuple(changes))


def script_of(command: Sequence[str] | None) -> str | None:
    """The script of a command that a POSIX shell reads; None for all others."""
    if not command or len(command) < 3 or shell_kind(command[:1], base_is_windows=False) is not ShellKind.POSIX:
        return None
    options = command[1:-1]
    takes_script = any(option.startswith("-") and option.endswith("c") for option in options)
    return command[-1] if takes_script and options[-1].startswith("-") else None


def plain_command(command: Sequence[str]) -> tuple[str, ...] | None:
    """The words of the one command that a shell would replace itself with; None where it does more than that."""
    script = script_of(command)
    if script is None or not _PLAIN_OPTIONS.issuperset(command[1:-1]):
        return None
    parsed = parse_script(script.encode("utf-8", "surrogateescape"), head=0)
    if parsed.has_error or len(parsed.commands) != 1:
        return None
    (only,) = parsed.commands
    if only.context or only.assignments or only.redirects or only.negated or script.rstrip().endswith("&"):
        return None
    if not all(word.is_static and not _TILDE.search(word.text) for word in only.words):
        return None
    words = tuple([word.value for word in only.words])
    if words[:1] == ("exec",):
        words = words[1:]
    return words if words and words[0] not in _BUILT_IN and not words[0].startswith("-") else None


def started_programs(command: Sequence[str]) -> tuple[str, ...]:
    """The words that name what a command starts, as far as it tells: behind scripts and wrappers, too."""
    script = script_of(command)
    if script is not None:
        parsed = parse_script(script.encode("utf-8", "surrogateescape"), head=0)
        lists = [[word.value for word in each.words] for each in parsed.commands]
    else:
        lists = [list(command)]
    return tuple([name for words in lists for name in _programs_of(words)])


def _programs_of(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        yield word
        if not (word.startswith("-") or _HANDS_OVER.fullmatch(word.rpartition("/")[2])):
            return


def is_prompt(command: Sequence[str]) -> bool:
    """Whether a command is a shell or another interpreter that is given nothing to run, so that it asks people."""
    name = command[0].rpartition("/")[2]
    is_shell = shell_kind(command[:1], base_is_windows=False) is ShellKind.POSIX and script_of(command) is None
    script = script_of(command)
    if script is not None and _ENDS_IN_PROMPT.search(script):
        return True
    has_nothing = all(word.startswith(("-", "+")) for word in command[1:])
    is_given_code = any(word.startswith(("-m", "-e", "-c")) for word in command[1:])
    return has_nothing and (is_shell or (_PROMPTS.fullmatch(name) is not None and not is_given_code))


def _shells(
    config: Config, entrypoint: Sequence[str] | None, cmd: Sequence[str] | None, check: Healthcheck | None
) -> list[str]:
    shell = config.shell or ("/bin/sh", "-c")
    commands = [command for command in (entrypoint, cmd) if command]
    found = [each[0] for each in commands if script_of(each) is not None or tuple(each[: len(shell)]) == shell]
    if check and check.test[0] == "CMD-SHELL":
        found.append(shell[0])
    return found
