"""Pipelines of a RUN, and what the statuses of their commands are worth."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from dfopt.model.invocations import Invocation
from dfopt.model.runs import RunFacts
from dfopt.rules.chains import readable
from dfopt.syntax.commands import Context

PIPES = ("|", "|&")
PRINTERS = frozenset({"echo", "printf"})
_FILTERS = frozenset({"awk", "cat", "cut", "gawk", "rev", "sed", "sort", "tr"})
_FILE_READERS = frozenset({"awk", "cat", "cut", "egrep", "fgrep", "gawk", "grep", "sed", "sort"})
_WITH_PROGRAM = frozenset({"awk", "egrep", "fgrep", "gawk", "grep", "sed"})
_READ_ALL = _FILTERS | frozenset(
    "base64 bash bc chpasswd crontab debconf-set-selections gpg jq patch psql mysql sh tee wc xargs xxd".split()
)
_GREPS = frozenset({"egrep", "fgrep", "grep"})
_LOOKED_AT = 20
_STOPS_EARLY = ("-q", "-m", "--quiet", "--silent", "--max-count")


class Pipeline(NamedTuple):
    """Two simple commands or more, and the text of their script as `readable` gives it."""

    commands: tuple[Invocation, ...]
    text: bytes

    @property
    def is_left_to_last(self) -> bool:
        """Whether all is well where the last command succeeds: no other fails by itself, or nobody asks for the status.

        So it is with `echo` in front of what reads all of it, with a file that is read for what fails without its
        lines, and with a substitution inside the arguments of a command.
        """
        first, *middle, last = self.commands
        if self._is_argument:
            return True
        if any(each.program not in _FILTERS for each in middle):
            return False
        if first.program in PRINTERS:
            return _reads_all(last)
        return _reads_one_file(first) and fails_on_nothing(last)

    @property
    def _is_argument(self) -> bool:
        """Whether it is all of a substitution in the words of a command, which is run whatever the status."""
        first, last = self.commands[0], self.commands[-1]
        if first.script is None or Context.SUBSTITUTION not in first.context:
            return False
        start = first.script.start
        in_front, behind = self.text[: first.start - start].rstrip(), self.text[last.end - start :].lstrip()
        if not (in_front.endswith(b"$(") and behind.startswith(b")")):
            return False
        around = next((each for each in reversed(first.run.commands[: first.index]) if each.end > last.end), None)
        return around is not None and bool(around.words)


def pipelines(run: RunFacts) -> Iterator[Pipeline]:
    """The pipelines of simple commands; of one with a compound command only what is behind that."""
    texts: dict[int, bytes | None] = {}
    by_last: dict[int, list[Invocation]] = {}
    for command in run.commands:
        if command.connector in PIPES and command.script is not None:
            if id(command.script) not in texts:
                texts[id(command.script)] = readable(command.script)
            text = texts[id(command.script)]
            writer = _writer_to(command, text, command.script.start) if text else None
            if writer:
                by_last[command.index] = [*by_last.pop(writer.index, [writer]), command]
    for commands in by_last.values():
        text = texts[id(commands[0].script)]
        if text:
            yield Pipeline(tuple(commands), text)


def fails_on_nothing(command: Invocation) -> bool:
    """Whether a command that reads a pipe fails where there is nothing to read."""
    if command.program.endswith("sum"):
        return command.has_option("-c", "--check")
    if command.program in _GREPS:
        return not command.has_option("-v", "-c", "-L", "--invert-match", "--count", "--files-without-match")
    is_xargs = command.outer.program == "xargs" and command.program in ("rm", "strip")
    words = [word.value for word in command.outer.words]
    return is_xargs and words[1:2] == [command.program] and not command.has_option("-f", "--force")


def _writer_to(command: Invocation, text: bytes, start: int) -> Invocation | None:
    """The simple command whose output another one gets from a pipe."""
    for each in islice(reversed(command.run.commands[: command.index]), _LOOKED_AT):
        if each.end <= command.start and text[each.end - start : command.start - start].strip() in (b"|", b"|&"):
            return each
    return None


def _reads_all(command: Invocation) -> bool:
    if command.program in _GREPS:
        return not command.has_option(*_STOPS_EARLY)
    return command.program in _READ_ALL or command.program.endswith("sum")


def _reads_one_file(command: Invocation) -> bool:
    """Whether a command can fail only where the one file that it reads is not there, and then writes nothing."""
    files = len(command.operands) - (command.program in _WITH_PROGRAM)
    return command.program in _FILE_READERS and files == 1
