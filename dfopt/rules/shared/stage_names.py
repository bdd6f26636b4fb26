"""Where a Dockerfile names its stages: FROM, `COPY --from`, `--mount=from=`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dfopt.model.model import with_triggers
from dfopt.model.stages import Stage
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Add, Copy, Flag, Instruction, Run, Token

_MOUNT_FROM = re.compile(r"(?:^|,)from=([^,]*)", re.IGNORECASE)


class StageReference(NamedTuple):
    """A name that stands for a stage or an image: its text, and the bytes of the file that it has."""

    name: str
    start: int
    end: int


def references_in(instruction: Instruction) -> Iterator[StageReference]:
    """What the flags of an instruction take files from; names with quotes, variables or continuations left out."""
    if not isinstance(instruction, (Copy, Add, Run)):
        return
    for flag in instruction.flags:
        reference = _reference(flag)
        if reference and reference.name and not any(character in reference.name for character in "$'\"\\`\n"):
            yield reference


def rename(stage: Stage, name: str) -> tuple[Edit, ...] | None:
    """Give a stage another name, here and wherever it is named; None where some of that can't be written otherwise."""
    declared = stage.from_.stage
    if declared is None or declared.text != stage.name:
        return None
    edits = [_replacement(declared, name)]
    wanted = stage.name.lower()
    for user in stage.model.stages[stage.index + 1 :]:
        if user.base_stage is stage:
            if user.from_.image.text.lower() != wanted:
                return None
            edits.append(_replacement(user.from_.image, name))
        for instruction in with_triggers(user.instructions):
            edits += [
                Edit(each.start, each.end, name)
                for each in references_in(instruction)
                if user.source_stage(each.name) is stage and not each.name.isdecimal()
            ]
    return tuple(edits)


def _reference(flag: Flag) -> StageReference | None:
    text = flag.token.text
    _, equals, value = text.partition("=")
    start = flag.span.start.offset + len(text) - len(value)
    if not equals or not text.isascii():
        return None
    if flag.name == "from":
        return StageReference(value, start, start + len(value))
    if flag.name == "mount" and (found := _MOUNT_FROM.search(value)):
        return StageReference(found[1], start + found.start(1), start + found.end(1))
    return None


def _replacement(token: Token, text: str) -> Edit:
    return Edit(token.span.start.offset, token.span.end.offset, text)
