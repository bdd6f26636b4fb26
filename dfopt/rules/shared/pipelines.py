"""Pipelines of a RUN, and what the statuses of their commands are worth."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from dfopt.model.invocations import Invocation
from dfopt.model.runs import RunFacts
from dfopt.rules.chains import readable
from dfopt.rules.shared.pipe_commands import (
    GREPS,
    fails_on_nothing,
    lists_one_folder,
    never_fails,
    passes_on,
    reads_all,
    reads_elsewhere,
    reads_one_file,
    removes_files,
    stops_early,
)
from dfopt.rules.shared.piped_downloads import downloads_one_file, notices_torn_input
from dfopt.syntax.commands import Context

PIPES = ("|", "|&")
_LOOKED_AT = 20
_NOBODY_ASKS = re.compile(rb"\s*\|\|\s*(?:true|:)(?=[\s;)]|$)")


class Pipeline(NamedTuple):
    """Two simple commands or more, and the text of their script as `readable` gives it."""

    commands: tuple[Invocation, ...]
    text: bytes

    @property
    def is_left_to_last(self) -> bool:
        """Whether all is well where the last command succeeds: no other fails by itself, or nobody asks for the status.

        So it is with `echo` in front of what reads all of it, with a file that is read for what fails without its
        lines, with a download for what fails on half of it, and with a substitution inside the arguments of a command.
        """
        first, *middle, last = self.commands
        if self._is_argument or self._is_let_pass:
            return True
        if fails_on_nothing(last) and all(passes_on(each) or _finds(each) for each in middle):
            only_names = lists_one_folder(first) and removes_files(last)
            if only_names or (_reads_to_end(last) and (never_fails(first) or reads_one_file(first))):
                return True
            if not middle and downloads_one_file(first):
                return notices_torn_input(last)
        return never_fails(first) and reads_all(last) and all(passes_on(each) for each in middle)

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

    @property
    def _is_let_pass(self) -> bool:
        """Whether `|| true` follows."""
        last = self.commands[-1]
        start = last.script.start if last.script else 0
        return _NOBODY_ASKS.match(self.text, last.end - start) is not None


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


def _writer_to(command: Invocation, text: bytes, start: int) -> Invocation | None:
    """The simple command whose output another one gets from a pipe."""
    for each in islice(reversed(command.run.commands[: command.index]), _LOOKED_AT):
        if each.end <= command.start and text[each.end - start : command.start - start].strip() in (b"|", b"|&"):
            return each
    return None


def _finds(command: Invocation) -> bool:
    """Whether grep hands on what it finds in all that it reads, and nothing else."""
    return command.program in GREPS and fails_on_nothing(command) and _reads_to_end(command)


def _reads_to_end(command: Invocation) -> bool:
    return not reads_elsewhere(command) and not (command.program in GREPS and stops_early(command))
