"""A plan as a Dockerfile: the original bytes with a few edits, and two stages behind them."""

import json
import shlex
from collections.abc import Iterator, Sequence
from textwrap import wrap

from dfopt.model import Model
from dfopt.slim.plan import Plan
from dfopt.slim.stage.instructions import LAYERS, ROOT, gather, run
from dfopt.syntax import nodes
from dfopt.syntax.edits import Edit, apply
from dfopt.syntax.parser import parse
from dfopt.version import __version__

MARK = "Slimmed by dfopt"
_WIDTH = 118


def write(model: Model, plan: Plan, name: str = "Dockerfile") -> bytes:
    """The rewritten file; `name` is what its head comment calls the file it was made from."""
    data = apply(model.data, [*_edits(model, plan, name), *plan.contents.edits])
    text = "".join([f"{line}\n" for line in _stages(model, plan)])
    end = _line_end(model)
    separator = b"" if data.endswith((b"\n", b"\r")) else end
    return data + separator + end + text.encode("utf-8", "surrogateescape").replace(b"\n", end)


def stage_before(data: bytes) -> str | None:
    """The stage that a rewritten file was made from, which still builds the image as before; None in other files."""
    model = Model(parse(data))
    if MARK.encode() not in data or len(model.stages) < 3:
        return None
    gathering = model.stages[-2].base_stage
    return gathering.name if gathering else None


def _edits(model: Model, plan: Plan, name: str) -> Iterator[Edit]:
    end = _line_end(model).decode()
    yield Edit(*_head(model), "".join([f"# {line}{end}" for line in _comment(plan, name)]) + end)
    stage = model.stages[plan.target]
    if stage.name is None:
        place = stage.from_.image.span.end.offset
        yield Edit(place, place, f" AS {plan.names.original}")
    for trigger in stage.instructions_of(nodes.Onbuild):
        yield Edit(trigger.span.start.offset, _behind_line(model, trigger.span.end.offset), "")


def _head(model: Model) -> tuple[int, int]:
    """Where the head comment goes: behind the byte order mark and the parser directives, which must come first."""
    place = 3 if model.tree.mark else 0
    if model.tree.directives:
        place = _behind_line(model, model.tree.directives[-1].token.span.start.offset)
    return place, place


def _behind_line(model: Model, offset: int) -> int:
    found = model.data.find(b"\n", offset)
    return found + 1 if found >= 0 else len(model.data)


def _line_end(model: Model) -> bytes:
    return b"\r\n" if b"\r\n" in model.data else b"\n"


def _comment(plan: Plan, name: str) -> Iterator[str]:
    names = plan.names
    yield from _wrapped(
        f"{MARK} {__version__}, from {name}: {plan.contents.title}. Up to the stage {names.original} all builds as "
        f"before, {names.gathering} gathers the files, and {names.final} holds these alone, under the same "
        "configuration. Each build gathers anew. After a change of what is installed, copied or run, renew this file "
        f"from the one that it was made from: dfopt slim {shlex.quote(name)}"
    )
    for note in (*plan.contents.notes, *plan.notes):
        yield from _wrapped(f"- {note}", indent="  ")


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    yield from wrap(text, _WIDTH - 2, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _stages(model: Model, plan: Plan) -> Iterator[str]:
    names, contents = plan.names, plan.contents
    yield f"FROM {names.original} AS {names.gathering}"
    if contents.preparing:
        yield 'USER 0\nSHELL ["/bin/sh", "-c"]'
        yield run(contents.preparing, model.escape)
    if contents.roots:
        yield gather(contents.roots, model.escape).rstrip("\n")
        folders = [f"{ROOT}/{layer}/" for layer in LAYERS]
    else:
        yield from _gathering([kept.name for kept in contents.kept if kept.is_optional], model.escape)
        folders = [f"{ROOT}/"]
    yield ""
    yield f"FROM scratch AS {names.final}"
    for folder in folders:
        yield f"COPY --from={names.gathering} {folder} /"
    if not contents.roots:
        for kept in contents.kept:
            if not kept.is_optional:
                yield f"COPY --from={names.original} {json.dumps([kept.name, kept.name], ensure_ascii=False)}"
    yield from plan.restated


def _gathering(paths: Sequence[str], escape: str) -> Iterator[str]:
    """A RUN that gathers paths as far as they are there, with owners, modes and links, and makes a folder `/tmp`."""
    yield "USER 0"
    yield 'SHELL ["/bin/sh", "-c"]'
    yield f"RUN mkdir {ROOT} && mkdir -m 1777 {ROOT}/tmp && cd / && for path in {escape}"  # noqa: S108
    for path in paths:
        yield f"        {shlex.quote(path.lstrip('/'))} {escape}"
    yield f"    ; do {escape}"
    yield f'        if [ -e "$path" ]; then tar -cf - "$path" | tar -C {ROOT} -xpf -; fi; {escape}'
    yield "    done"
