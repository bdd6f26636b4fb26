"""`slim`: bytes in, bytes out, with the plan or the reason why there is none."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dfopt.model import Context, Model
from dfopt.slim.gate import Rewrite, objection
from dfopt.slim.plan import Gap, Plan, Refusal
from dfopt.slim.planner import BaseOf, base_from_catalogue, plan
from dfopt.slim.renewal import renewal
from dfopt.slim.writer import write
from dfopt.syntax.parser import decode, parse


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a file: `data` is the rewritten one, or with a `refusal` the file as it was.

    `original` is what it was made from: the file itself, or the original part of one that dfopt wrote. `target` names
    the stage of it that was slimmed, None for the last one.
    """

    data: bytes
    plan: Plan | None
    refusal: Refusal | None
    original: bytes = b""
    target: str | None = None

    @property
    def is_slimmed(self) -> bool:
        """Whether it was rewritten."""
        return self.refusal is None


def slim(
    source: "os.PathLike[str] | bytes | str",
    *,
    context: Context | None = None,
    build_args: Mapping[str, str] | None = None,
    target: str | None = None,
    keep: tuple[str, ...] = (),
    drop: tuple[str, ...] = (),
    gaps: tuple[Gap, ...] = (),
    name: str | None = None,
    base_of: BaseOf = base_from_catalogue,
) -> Result:
    """A Dockerfile with a final stage that holds only what the program needs; no file is written.

    A file that dfopt wrote is renewed: slimmed again from what it was made from.

    Args:
        source: a path, or the bytes or the text of a file.
        context: the build context; with a path its folder unless said.
        build_args: values of ARG, as for the build.
        target: the stage to slim, by name or index; the last one unless said.
        keep: globs of paths in the image to keep, in which `**` is a whole tree.
        drop: globs of paths to leave out.
        gaps: what the closure is known to miss.
        name: what the result calls the file it was made from.
        base_of: tells what a stage's base image sets, where an engine is asked.

    Raises OSError where the path can't be read.
    """
    if isinstance(source, os.PathLike):
        path = Path(source)
        context = context or Context.at(path.parent, path)
        name = name or path.name
        source = path.read_bytes()
    data = source if isinstance(source, bytes) else decode(source).encode("utf-8", "surrogateescape")
    renewed = renewal(data)
    if isinstance(renewed, Refusal):
        return Result(data, None, renewed)
    if renewed:
        name, target = renewed.name, target or renewed.target
        gaps = tuple(dict.fromkeys((*renewed.gaps, *gaps)))
    model = Model(parse(renewed.original if renewed else data), context, build_args)
    planned = plan(model, target=target, keep=keep, drop=drop, gaps=gaps, base_of=base_of)
    if isinstance(planned, Refusal):
        return Result(data, None, planned)
    written = write(model, planned.plan, name or "Dockerfile")
    after = Model(parse(written), context, build_args)
    if reason := objection(Rewrite(planned.subject, planned.plan, after)):
        return Result(data, None, Refusal("gate", f"{reason}; please report this file"))
    return Result(written, planned.plan, None, model.data, target)
