"""The scripts of a RUN: its own lines, here-documents, and what exec form hands to a shell."""

import re
from collections.abc import Iterator

from dfopt.syntax.commands import Command, Word
from dfopt.syntax.nodes import ExecForm, Heredoc, Run, ShellForm
from dfopt.syntax.shell import Script, ShellKind, parse_script
from dfopt.syntax.wrappers import script_of, unwrap

_ONE_HEREDOC = re.compile(r"[0-9]*<<-?[\t ]*[^\s<]+")
_SHEBANG = re.compile(r"#![ \t]*([^\n]+)")


def is_one_heredoc(instruction: Run) -> bool:
    """Whether a RUN is nothing but a here-document, which then is the script itself."""
    command = instruction.command
    if len(instruction.heredocs) != 1 or not isinstance(command, ShellForm):
        return False
    return _ONE_HEREDOC.fullmatch(command.script.value.strip()) is not None


def shebang(heredoc: Heredoc) -> tuple[str, ...] | None:
    """The words of the `#!` line that a here-document starts with."""
    found = _SHEBANG.match(heredoc.content)
    return tuple(found[1].split()) or None if found else None


def read_script(instruction: Run, form: ShellForm, kind: ShellKind, *, is_one_heredoc: bool) -> Script:
    """The script of a RUN in shell form, the here-documents that it names included."""
    token = form.script
    if is_one_heredoc:
        body = instruction.heredocs[0].body
        return parse_script(_bytes(body.text), body.span.start.offset, token.escape, head=0, kind=kind)
    head = _bytes(token.text)
    data = head
    if instruction.heredocs:
        below = [instruction.newline, *instruction.heredocs]
        data += b"".join([node.bytes for node in below if node])
    return parse_script(data, token.span.start.offset, token.escape, head=len(head), kind=kind)


def exec_commands(form: ExecForm, escape: str) -> Iterator[tuple[Command, Command, Script | None]]:
    """The command of an exec form, what it runs in the end, and the script that it gives to a shell."""
    tokens = form.strings
    if not tokens:
        return
    words = tuple(
        [
            Word(token.text, value, True, token.span.start.offset, token.span.end.offset)
            for token, value in zip(tokens, form.values, strict=True)
        ]
    )
    command = Command(words, (), (), None, False, (), words[0].start, words[-1].end)
    yield command, unwrap(command), _script_of_exec(command, escape)


def _script_of_exec(command: Command, escape: str) -> Script | None:
    """None too where an escape in the JSON string shifts the places of what is behind it."""
    word = script_of(command)
    if word is None or "\\" in word.text:
        return None
    return parse_script(_bytes(word.text[1:-1]), word.start + 1, escape)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
