"""The rule `backticks-in-script`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dfopt.model.model import Model
from dfopt.rules.chains import readable
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.texts import Range
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Instruction, Run

_BOUNDARY = re.compile(rb"(?P<comment>(?<![^\s;&|(])#[^\n]*)|(?P<single>'[^']*')|\\.|(?P<mark>[\"`])", re.DOTALL)
_IN_DOUBLE_QUOTES = re.compile(rb"\\.|(?P<mark>[\"`])", re.DOTALL)
_READ_OTHERWISE = re.compile(rb"[\\#]|\A\(|\bcase\b")


class BackticksInScript(Rule):
    """A command is substituted by backticks.

    ## What it does

    Reports the backticks of the scripts of RUN, one finding for each RUN. Left alone are scripts with here-documents,
    and substitutions with a backslash, a comment or `case` in them.

    ## Why is this bad

    Backticks can't be nested without backslashes, look like quotes, and are hard to pair by eye.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN echo "release `uname -r`" > /release
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN echo "release $(uname -r)" > /release
    ```

    ## Fix safety

    Safe: `$(…)` runs the same commands and gives the same text. There is no fix where double quotes stand inside
    backticks inside double quotes, which shells read in several ways.
    """

    id = "backticks-in-script"
    aliases = ("SC2006",)
    severity = Severity.HINT
    help = "write `$(command)`"
    fix_safety = Safety.SAFE
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        span = instruction.span
        has_backtick = b"`" in model.data[span.start.offset : span.end.offset] and model.escape == "\\"
        run = model.run(instruction) if has_backtick and isinstance(instruction, Run) else None
        for script in run.scripts if run else ():
            text = readable(script)
            pairs = list(_pairs(text)) if text and b"<<" not in text else []
            if pairs:
                places = [Range(script.start + pair.start, script.start + pair.end) for pair in pairs]
                edits = [edit for place in places for edit in _edits(place)]
                is_clear = not any(pair.is_doubtful for pair in pairs)
                fix = Fix(Safety.SAFE, "write $(…) instead", tuple(edits)) if is_clear else None
                yield Finding(places[0], "backticks substitute a command", fix=fix)


class _Pair(NamedTuple):
    """Two backticks and what is between them, and whether shells may read it otherwise in `$(…)`."""

    start: int
    end: int
    is_doubtful: bool


def _pairs(text: bytes) -> Iterator[_Pair]:
    at, is_quoted = 0, False
    while match := (_IN_DOUBLE_QUOTES if is_quoted else _BOUNDARY).search(text, at):
        at = match.end()
        if match["mark"] == b'"':
            is_quoted = not is_quoted
        elif match["mark"] == b"`":
            end = text.find(b"`", at)
            if end < 0:
                return
            inner = text[at:end]
            yield _Pair(match.start(), end + 1, bool(_READ_OTHERWISE.search(inner)) or (is_quoted and b'"' in inner))
            at = end + 1


def _edits(place: Range) -> tuple[Edit, Edit]:
    return Edit(place.start, place.start + 1, "$("), Edit(place.end - 1, place.end, ")")
