"""The rule `tee-instead-of-redirection`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.chains import readable
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.pipe_commands import PRINTERS
from dfopt.rules.shared.pipelines import PIPES
from dfopt.syntax.commands import Context, Word
from dfopt.syntax.edits import Edit

_APPENDS = ("-a", "--append")
_ELSEWHERE = frozenset({Context.SUBSTITUTION, Context.SCRIPT})
_ONE_WORD = re.compile(r"[\w./:@%+,=^-]+", re.ASCII)
_NEAR = 1000
_PIPE_IN_FRONT = re.compile(rb"\s*(?<!\|)\|\s*\Z")
_PIPE_BEHIND = re.compile(rb"\s*\|(?!\|)")
_GROUP_STARTS = re.compile(rb"(?:\A|[\s;&|(])\{\s+\Z")


class TeeInsteadOfRedirection(Rule):
    """`tee` writes a file that a redirection would write.

    ## What it does

    Reports `echo … | tee FILE` and `printf … | tee FILE`. Left alone is `tee` that `sudo` runs, that writes several
    files or whose output goes on through another pipe.

    ## Why is this bad

    `tee` is for what must go to two places; here the second one is the log of the build. `> FILE` says what is meant,
    needs no other program, and has no pipe that hides whether the first command failed.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN echo "deb https://example.com/debian stable main" | tee /etc/apt/sources.list.d/example.list
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN echo "deb https://example.com/debian stable main" > /etc/apt/sources.list.d/example.list
    ```

    ## Fix safety

    Safe: the file gets the same lines, and the command fails where the file can't be written, as `tee` does. There is
    no fix where what is printed depends on the file.
    """

    id = "tee-instead-of-redirection"
    severity = Severity.HINT
    help = "write `> FILE`, or `>> FILE` for `tee -a`"
    fix_safety = Safety.SAFE
    commands = ("tee",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        target = _only_file(command)
        text = readable(command.script)
        if target and text and command.script and not _is_read_on(command, text, command.script.start):
            printers = _printers_for(command, text, command.script.start)
            if printers:
                message = f"tee writes {target.value}, and nothing reads its output"
                yield Finding(command, message, fix=_fix(command, target, printers))


def _only_file(command: Invocation) -> Word | None:
    """The file that it writes, where it does nothing else, in a place that needs nothing else of it."""
    is_plain = all(word.value in _APPENDS for word in command.arguments if word not in command.operands)
    if not is_plain or command.is_wrapped or len(command.operands) != 1 or not _ELSEWHERE.isdisjoint(command.context):
        return None
    if any(each.operator != ">" or not each.target or each.target.value != "/dev/null" for each in command.redirects):
        return None
    word = command.operands[0]
    is_quoted = word.text.startswith('"') and word.text.endswith('"')
    is_one = is_quoted or _ONE_WORD.fullmatch(command.value(word)) is not None
    return word if is_one and not word.value.startswith("/dev/") else None


def _is_read_on(command: Invocation, text: bytes, start: int) -> bool:
    """Whether another pipe follows."""
    return _PIPE_BEHIND.match(text, command.end - start) is not None


def _printers_for(command: Invocation, text: bytes, start: int) -> list[Invocation]:
    """The commands whose output it reads, from the last to the first: one that prints, or a group of such."""
    pipe = _PIPE_IN_FRONT.search(text, max(0, command.start - start - _NEAR), command.start - start)
    found: list[Invocation] = []
    for each in reversed(command.run.commands[: command.index]) if pipe else ():
        if Context.SUBSTITUTION in each.context and each.context[: len(command.context)] == command.context:
            continue
        is_printer = each.program in PRINTERS and each.context == command.context and not each.redirects
        if not is_printer or each.connector in PIPES or each.script is not command.script:
            return []
        found.append(each)
        is_single = len(found) == 1 and pipe is not None and each.end - start == pipe.start()
        if is_single or _GROUP_STARTS.search(text, max(0, each.start - start - _NEAR), each.start - start):
            return found
    return []


def _fix(command: Invocation, target: Word, printers: list[Invocation]) -> Fix | None:
    data = command.stage.model.data
    start = data.rindex(b"|", 0, command.start)
    if b"\n" in data[start : command.end] or any(target.text in word.text for each in printers for word in each.words):
        return None
    operator = ">>" if command.has_option(*_APPENDS) else ">"
    blank = "" if data[start - 1 : start].isspace() else " "
    edits = (Edit(start, command.end, f"{blank}{operator} {target.text}"),)
    return Fix(Safety.SAFE, f"write {operator} instead", edits)
