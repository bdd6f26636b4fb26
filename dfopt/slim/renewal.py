"""What a file that dfopt wrote was made from, so that it can be renewed in its place."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dfopt.model import Model, Stage
from dfopt.slim.plan import Gap, Refusal
from dfopt.slim.writer import CHANGED, MARK, MISSED, head
from dfopt.syntax import nodes
from dfopt.syntax.edits import Edit, apply
from dfopt.syntax.parser import parse

_TEXT = r'("(?:[^"\\]|\\.)*")'
_CHANGE = re.compile(rf"^# - {CHANGED} {_TEXT} for {_TEXT} before {_TEXT}\r?$", re.MULTILINE)
_GAP = re.compile(rf"^# - {MISSED} {_TEXT}, since a run without it said {_TEXT}\r?$", re.MULTILINE)
_NAME = re.compile(rf"{MARK} \S+, from (.+?): ")


@dataclass(frozen=True, slots=True)
class Renewal:
    """The bytes that a rewritten file was made from, their name and stage, and the gaps that were found then."""

    original: bytes
    name: str
    target: str
    gaps: tuple[Gap, ...]


def is_slimmed(data: bytes) -> bool:
    """Whether dfopt wrote a file."""
    return re.search(rf"^# {MARK} ".encode(), data, re.MULTILINE) is not None


def renewal(data: bytes) -> Renewal | Refusal | None:
    """What a rewritten file was made from; None for all others, refused where its stages are not as they were written.

    The name that its stage was given stays, since it is the same whenever the file is written.
    """
    if not is_slimmed(data):
        return None
    model = Model(parse(data))
    comment = _comment(model)
    name = _NAME.search(re.sub(r"\s*\n# ", " ", comment))
    target = _target(model)
    if target is None or name is None:
        return Refusal(
            "renewal",
            "dfopt wrote it, but its head comment or its last two stages were changed; slim the file it was made from",
        )
    return Renewal(
        original=_with_triggers(_undone(apply(data, _own(model, comment)), comment), model, target),
        name=name[1],
        target=str(target.name),
        gaps=tuple([Gap(*map(json.loads, found)) for found in _GAP.findall(comment)]),
    )


def stage_before(data: bytes) -> str | None:
    """The stage that a rewritten file was made from, which still builds the image as before; None in other files."""
    target = _target(Model(parse(data))) if is_slimmed(data) else None
    return target.name if target else None


def _target(model: Model) -> Stage | None:
    if len(model.stages) < 3 or not model.stages[-1].lineage[-1].is_scratch:
        return None
    return model.stages[-2].base_stage


def _comment(model: Model) -> str:
    """The head comment with the blank line behind it."""
    found = re.compile(rb"(?:#[^\n]*\n)*\r?\n").match(model.data, head(model)[0])
    return found[0].decode("utf-8", "surrogateescape") if found else ""


def _own(model: Model, comment: str) -> Iterator[Edit]:
    """Takes away what dfopt put in: the comment, and the last two stages with the blank line above them."""
    start, _ = head(model)
    yield Edit(start, start + len(comment.encode("utf-8", "surrogateescape")), "")
    end = model.stages[-2].from_.span.start.offset
    before = model.data[:end]
    yield Edit(len(before) - (2 if before.endswith(b"\r\n") else 1), len(model.data), "")


def _undone(data: bytes, comment: str) -> bytes:
    """Takes back what was changed in the stages, where it still stands there, once."""
    for found in _CHANGE.findall(comment):
        new, old, rest = (json.loads(text).encode("utf-8", "surrogateescape") for text in found)
        if data.count(new + rest) == 1:
            data = data.replace(new + rest, old + rest)
    return data


def _with_triggers(data: bytes, rewritten: Model, target: Stage) -> bytes:
    """Gives the stage the ONBUILDs again that went to the final stage; they follow its other instructions."""
    triggers = [each.bytes.rstrip(b"\r\n") for each in rewritten.stages[-1].instructions_of(nodes.Onbuild)]
    if not triggers:
        return data
    stage = Model(parse(data)).stages[target.index]
    last = stage.instructions[-1] if stage.instructions else stage.from_
    place = data.find(b"\n", last.span.end.offset) + 1
    end = b"\r\n" if b"\r\n" in data else b"\n"
    return data[:place] + b"".join([each + end for each in triggers]) + data[place:]
