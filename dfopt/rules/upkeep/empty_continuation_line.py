"""The rule `empty-continuation-line`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.continuations import CONTINUATIONS
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Instruction

_CONTINUED_BY_BLANK_LINE = {
    escape: re.compile(re.escape(escape.encode()) + rb"[ \t\r]*\n(?:[ \t\r]*#[^\n]*\n)*[ \t\r]*\n")
    for escape in CONTINUATIONS
}
_BLANK_LINES = re.compile(r"(?<=\n)(?:[ \t\r]*\n)+")


class EmptyContinuationLine(Rule):
    r"""An instruction runs on over an empty line.

    ## What it does

    Reports empty lines behind a continuation, one finding for each instruction. Lines of comment are fine there, and so
    are empty lines in here-documents.

    ## Why is this bad

    The builder skips such lines with a warning, and its authors have said that they will become errors. To a reader
    the instruction looks finished.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN echo one && \

        echo two
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN echo one && \
        echo two
    ```

    ## Fix safety

    Safe: the builder skips these lines, so the instruction it reads is the same without them.
    """

    id = "empty-continuation-line"
    aliases = ("NoEmptyContinuation",)
    help = "remove the empty lines, or put a # in them"
    fix_safety = Safety.SAFE

    def check_file(self, model: Model) -> Iterator[Finding]:
        if not _CONTINUED_BY_BLANK_LINE[model.escape].search(model.data):
            return
        for instruction in model.tree.instructions:
            if edits := tuple(_empty_lines(instruction, model)):
                fix = Fix(Safety.SAFE, "remove the empty lines", edits)
                yield Finding(edits[0], f"{instruction.keyword} runs on over an empty line", fix=fix)


def _empty_lines(instruction: Instruction, model: Model) -> Iterator[Edit]:
    """The removal of each block of empty lines between the keyword and the last argument."""
    if instruction.span.end.line - instruction.span.start.line < 2:
        return
    start, end = instruction.head.span.start, max(part.span.end for part in (instruction.head, *instruction.arguments))
    if end.line - start.line < 2:
        return
    text = model.data[start.offset : end.offset].decode("latin-1")
    for continuation in CONTINUATIONS[model.escape].finditer(text):
        for lines in _BLANK_LINES.finditer(continuation[0]):
            at = start.offset + continuation.start()
            yield Edit(at + lines.start(), at + lines.end(), "")
