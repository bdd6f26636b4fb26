"""`slim`: bytes in, bytes out, with the plan or the reason why there is none."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dfopt.model import Context, Model
from dfopt.slim.gate import Rewrite, objection
from dfopt.slim.plan import Plan, Refusal
from dfopt.slim.planner import BaseOf, Planned, base_from_catalogue, plan
from dfopt.slim.writer import write
from dfopt.syntax.parser import decode, parse


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a file: `data` is the rewritten one, or with a `refusal` the file as it was."""

    data: bytes
    plan: Plan | None
    refusal: Refusal | None

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
    name: str | None = None,
    base_of: BaseOf = base_from_catalogue,
) -> Result:
    """A Dockerfile with a final stage that holds only what the program needs; no file is written.

    Args:
        source: a path, or the bytes or the text of a file.
        context: the build context; with a path its folder unless said.
        build_args: values of ARG, as for the build.
        target: the stage to slim, by name or index; the last one unless said.
        keep: globs of paths in the image to keep, in which `**` is a whole tree.
        drop: globs of paths to leave out.
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
    model = Model(parse(data), context, build_args)
    planned = plan(model, target=target, keep=keep, drop=drop, base_of=base_of)
    if isinstance(planned, Refusal):
        return Result(data, None, planned)
    return _written(planned, name or "Dockerfile")


def _written(planned: Planned, name: str) -> Result:
    model = planned.subject.model
    data = write(model, planned.plan, name)
    after = Model(parse(data), model.context, model.build_args)
    if reason := objection(Rewrite(planned.subject, planned.plan, after)):
        return Result(model.data, None, Refusal("gate", f"{reason}; please report this file"))
    return Result(data, planned.plan, None)
