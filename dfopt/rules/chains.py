"""Edits inside the script of a RUN: commands put into its chain, taken out of it, and their words changed.

A rule calls these instead of counting blanks by itself. Each function keeps the author's way of joining commands, all
comments, continuations, line ends and here-documents, and gives None where it can't: scripts that are not of a POSIX
shell or have an error, pipelines, conditions, background jobs, substitutions, quoted scripts in which the text would
need quoting. `text` is one line of shell.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from dfopt.model.invocations import Invocation
from dfopt.syntax.commands import Command, Context, Redirect, Word
from dfopt.syntax.continuations import CONTINUATIONS
from dfopt.syntax.edits import Edit
from dfopt.syntax.shell import Script, ShellKind

Edits = tuple[Edit, ...]

_JOINED_ELSEWHERE = frozenset({Context.PIPELINE, Context.CONDITION, Context.BACKGROUND, Context.SUBSTITUTION})
_LEAVERS = frozenset({"exec", "exit", "return"})
_SHELL_CONTINUATION = re.compile(rb"\\\r?\n")
_COMMENT_LINE = re.compile(r"\n[^\S\n]*#")
_OPENER = re.compile(rb"(?:&&|\|\||;;|[;&|\n(){'\"]|(?<![^\s;&|()])(?:then|do|else))\Z")
_CLOSER = re.compile(rb"[ \t\r]*(&&|\|\||;;|[;&|\n)#'\"]|\Z)[ \t\r]*")
_DECIDING = frozenset({b"||", b"|", b"&"})
_ENDS_OF_COMPOUNDS = re.compile(rb"(?:[ \t\r\n]*+;{0,2}+[ \t\r\n]*+(?:\)|(?:\}|fi|done|esac)(?![^\s;&|)])))*")
_END_OF_LIST = re.compile(rb"[\s;]*(?:\Z|[#)'\"]|(?:\}|fi|done|esac|else|elif)(?![^\s;&|)]))")
_NOTHING_MORE = re.compile(rb"[ \t\r]*+(?:;[ \t\r]*+)?(?:#[^\n]*+)?(?:\n[ \t\r]*+(?:#[^\n]*+)?)*\Z")
_INTRODUCTION = re.compile(rb"(?:[ \t\r]*+(?:#[^\n]*+)?\n)*[ \t\r]*+")
_INDENT = re.compile(rb"\n([ \t]*)[^\s#]")
_NEEDS_QUOTING = re.compile(r"""['"\\$`\n]""")
_ENDS_LINE = re.compile(rb"[ \t]*(?:(?:&&|\|\||;)[ \t]*)?(?:[\\`][ \t]*\r?\n|\r?\n?\Z)")
_ERREXIT = re.compile(r"-[a-zA-Z]*e[a-zA-Z]*|errexit")
_BLANKS = b" \t\r"
_WORD_ENDS = b" \t\r\n;&|)<>'\"`"


def readable(script: Script | None) -> bytes | None:
    """The script with continuations overwritten by blanks; None where it is no shell's, or has an error."""
    if script is None or script.kind is not ShellKind.POSIX or script.has_error:
        return None
    text, head = script.source.blanked, script.source.head
    if head == len(text):
        return text
    return text[:head] + _SHELL_CONTINUATION.sub(lambda match: b" " * len(match[0]), text[head:])


def append(script: Script, text: str) -> Edits | None:
    """Run a command when all of the script has succeeded; the status of the script stays what it was if it fails."""
    source = readable(script)
    if source is None or not script.commands:
        return None
    last = max(script.commands, key=lambda each: (each.end, -each.start))
    if last.program in _LEAVERS and last.connector != "||" and not last.context:
        return None
    at = max(last.end, *(redirect.end for redirect in last.redirects), 0) - script.start
    is_compound = bool(last.context) or last.connector in ("&&", "||")
    if ends := _ENDS_OF_COMPOUNDS.match(source, at):
        is_compound = is_compound or ends.end() > at
        at = ends.end()
    rest = source[at : script.source.head] if script.source.head else source[at:]
    if not _NOTHING_MORE.match(rest) or _has_heredoc_body(last, script):
        return None
    ends_list = not is_compound and not last.negated and _sets_errexit(script)
    return _insertion(script, at, _joint(script, source, at, ends_list=ends_list) + text)


def insert_after(command: Invocation, text: str) -> Edits | None:
    """Run a command when another one has succeeded, before what follows it.

    Where the shell leaves at the first failure (`set -e`), it still does.
    """
    script = command.script
    source = readable(script)
    if script is None or source is None or not _stands_alone(command) or _has_heredoc_body(command.outer, script):
        return None
    at = command.end - script.start
    closer = _CLOSER.match(source, at)
    ends_list = command.errexit and closer is not None and closer[1] not in (b"&&", b"||")
    if ends_list and command.connector in ("&&", "||"):
        return None
    if Context.SCRIPT in command.context or command.run.is_exec_form:
        return None if _NEEDS_QUOTING.search(text) else _insertion(script, at, f"{'; ' if ends_list else ' && '}{text}")
    return _insertion(script, at, _joint(script, source, at, ends_list=ends_list) + text)


def prepend(script: Script, text: str) -> Edits | None:
    """Run a command before the script; where it fails, the script does not run.

    In a here-document it gets a line of its own, and then the script runs whatever its status.
    """
    source = readable(script)
    if source is None or not script.commands:
        return None
    introduction = _INTRODUCTION.match(source)
    at = introduction.end() if introduction else 0
    return _insertion(script, at, f"{text}{' && ' if script.source.head else _line_end(script)}")


def delete(command: Invocation) -> Edits | None:
    """Take a command and its connector out of the chain; comments beside it stay.

    None where it is the only command of its list, or where its success or failure decides what runs next: by `||`, or
    by `&&` where the shell leaves at the first failure of what stands alone (`set -e`).
    """
    script = command.script
    source = readable(script)
    if script is None or source is None or not _stands_alone(command):
        return None
    if any(redirect.body for redirect in command.redirects) or _has_comment(script, command.start, command.end):
        return None
    for start, end in _removals(source, command, script.start):
        kept = _comments_in(script, script.start + start, script.start + end)
        if kept is not None and not (kept and _NOTHING_MORE.match(source, end)):
            return (Edit(script.start + start, script.start + end, kept),)
    return None


def insert_word_after(command: Invocation, word: Word, text: str) -> Edits:
    """Put a word, or several with blanks between, behind another one of its command; strings where that is JSON's."""
    if command.script is None:
        return (Edit(word.end, word.end, "".join([f', "{each}"' for each in text.split()])),)
    return (Edit(word.end, word.end, f" {text}"),)


def replace_word(word: Word, text: str) -> Edits | None:
    """Write a word otherwise; None where lines of comment stand inside it."""
    return None if _COMMENT_LINE.search(word.text) else (Edit(word.start, word.end, text),)


def delete_word(command: Invocation, word: Word) -> Edits | None:
    """Take a word that is not the first out of its command, with the blanks or the line it stands on."""
    script = command.script
    source = readable(script)
    extents = _extents(command)
    if script is None or source is None or word not in extents.arguments or _COMMENT_LINE.search(word.text):
        return None
    before = extents.ends[bisect_right(extents.ends, word.start) - 1]
    following = bisect_left(extents.starts, word.end)
    after = extents.starts[following] if following < len(extents.starts) else word.end
    for start, end in ((before, word.end), (word.start, after)):
        blanks = _slice(source, script, start, word.start) + _slice(source, script, word.end, end)
        behind = _slice(source, script, end, end + 1) if end == word.end else b""
        if blanks and not (blanks + behind).strip(_WORD_ENDS) and not _has_comment(script, start, end):
            return (Edit(start, end, ""),)
    return None


class _Extents(NamedTuple):
    """Where the words and redirections of a command start and end, each in order."""

    arguments: frozenset[Word]
    starts: list[int]
    ends: list[int]


@lru_cache(1)
def _extents(command: Invocation) -> _Extents:
    """Kept for the command asked about last, as a rule may delete thousands of words from one."""
    parts: tuple[Word | Redirect, ...] = (*command.words, *command.redirects)
    starts, ends = sorted([part.start for part in parts]), sorted([part.end for part in parts])
    return _Extents(frozenset(command.arguments), starts, ends)


def privilege(command: Invocation) -> str:
    """`sudo ` where the command is run by it, so that a cleanup can be run as its command was."""
    return "sudo " if command.outer.program == "sudo" else ""


def _joint(script: Script, source: bytes, at: int, *, ends_list: bool) -> str:
    """The text between the command that ends at `at` and the next one, as the author joins commands.

    The next one runs if that one succeeds; `ends_list` says that the shell leaves if it does not.
    """
    if not script.source.head and ends_list:
        line = source.rfind(b"\n", 0, at) + 1
        return (
            _line_end(script) + source[line : line + len(source[line:]) - len(source[line:].lstrip(_BLANKS))].decode()
        )
    layout = _layout(script, source) if _ENDS_LINE.match(script.source.data, at) else None
    operator = ";" if ends_list else " &&"
    if layout is None:
        return f"{operator} "
    indent, leading = layout
    line_end = f"{script.source.escape}{_line_end(script)}{indent}"
    return f" {line_end}&& " if leading and not ends_list else f"{operator} {line_end}"


def _layout(script: Script, source: bytes) -> tuple[str, bool] | None:
    """The indent of the author's lines and whether operators lead them; None where commands share lines."""
    data = script.source.data
    if script.source.head != len(data) or b"\n" not in data:
        return None
    for start, end in _gaps(script, source):
        feed = data.rfind(b"\n", start, end)
        if feed >= 0:
            blanks = len(source[feed:end]) - len(source[feed:end].lstrip())
            return data[feed + 1 : feed + blanks].decode(), feed + blanks < end
    indent = _INDENT.search(data)
    return (indent[1].decode(), True) if indent else None


def _sets_errexit(script: Script) -> bool:
    """Whether the script itself has the shell leave at the first failure, from its first line on."""
    first = script.commands[0]
    return first.program == "set" and any(_ERREXIT.fullmatch(word.value) for word in first.arguments)


def _gaps(script: Script, source: bytes) -> Iterator[tuple[int, int]]:
    """What stands between two neighbours of the outermost chain, the last pair first, where it is only a connector."""
    outermost = [each for each in script.commands if not each.context]
    for before, after in zip(reversed(outermost[:-1]), reversed(outermost), strict=False):
        start, end = before.end - script.start, after.start - script.start
        if source[start:end].strip() in (b"&&", b";"):
            yield start, end


def _stands_alone(command: Invocation) -> bool:
    """Whether a command is one of a list, whose status goes nowhere but to its connectors."""
    return not command.outer.negated and _JOINED_ELSEWHERE.isdisjoint(command.context)


def _has_heredoc_body(command: Command, script: Script) -> bool:
    """Whether a here-document follows the line of a command that itself stands in a here-document."""
    return any(redirect.body is not None for redirect in command.redirects) and script.source.head == 0


def _removals(source: bytes, command: Invocation, offset: int) -> Iterator[tuple[int, int]]:
    """The spans whose removal leaves the list as it would be without the command."""
    start, end = command.start - offset, command.end - offset
    head = source[:start].rstrip(_BLANKS)
    found = _OPENER.search(head, max(len(head) - 5, 0))
    opener = found[0] if found else b"" if not head else None
    closer = _CLOSER.match(source, end)
    if opener is None or not closer or opener in _DECIDING or closer[1] in _DECIDING:
        return
    behind_opener = len(head[: len(head) - len(opener)].rstrip(_BLANKS))
    if closer[1] == b"&&":
        yield start, closer.end()
    if (opener == b"&&" and not command.errexit) or (opener == b";" and closer[1] != b"&&"):
        yield behind_opener, end
    if closer[1] == b";" and opener not in (b"&&", b";") and not _END_OF_LIST.match(source, closer.end()):
        yield start, closer.end()
    if closer[1] == b"\n" and opener in (b"\n", b"") and command.connector in (";", None):
        yield source.rfind(b"\n", 0, start) + 1, closer.end(1)


def _has_comment(script: Script, start: int, end: int) -> bool:
    head_end = script.start + script.source.head
    raw = script.source.data[start - script.start : min(end, head_end) - script.start]
    return bool(_COMMENT_LINE.search(raw.decode("utf-8", "surrogateescape")))


def _comments_in(script: Script, start: int, end: int) -> str | None:
    """The continuations in a span that carry lines of comment; None where a comment is not in one of them."""
    if not _has_comment(script, start, end):
        return ""
    raw = script.source.data[start - script.start : end - script.start].decode("utf-8", "surrogateescape")
    continuations = [match[0] for match in CONTINUATIONS[script.source.escape].finditer(raw)]
    kept = "".join([each for each in continuations if _COMMENT_LINE.search(each)])
    last_line = raw.rpartition("\n")[2]
    return kept + last_line[: len(last_line) - len(last_line.lstrip())] if kept else None


def _slice(source: bytes, script: Script, start: int, end: int) -> bytes:
    """The bytes between two offsets of the file."""
    return source[start - script.start : end - script.start]


def _line_end(script: Script) -> str:
    return "\r\n" if b"\r\n" in script.source.data else "\n"


def _insertion(script: Script, at: int, text: str) -> Edits:
    return (Edit(script.start + at, script.start + at, text),)
