"""A plan as a Dockerfile: the original bytes with a few edits, and two stages behind them."""

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from textwrap import wrap

from dfopt.model import Model
from dfopt.slim.plan import Contents, Plan
from dfopt.slim.stage.instructions import LAYERS, ROOT, gather, run
from dfopt.syntax import nodes
from dfopt.syntax.edits import Edit, apply
from dfopt.version import __version__

MARK = "Slimmed by dfopt"
CHANGED = "changed:"
MISSED = "kept besides:"
_WIDTH = 118
_CONTEXT = 30


def write(model: Model, plan: Plan, name: str = "Dockerfile") -> bytes:
    """The rewritten file; `name` is what its head comment calls the file it was made from.

    `dfopt.slim.renewal` takes all of it back.
    """
    data = apply(model.data, [*_edits(model, plan, name), *plan.contents.edits])
    text = "".join([f"{line}\n" for line in _stages(model, plan)])
    end = _line_end(model)
    separator = b"" if data.endswith((b"\n", b"\r")) else end
    return data + separator + end + text.encode("utf-8", "surrogateescape").replace(b"\n", end)


def _edits(model: Model, plan: Plan, name: str) -> Iterator[Edit]:
    end = _line_end(model).decode()
    comment = [*_comment(plan, name), *_changes(model, plan.contents.edits), *_gaps(plan)]
    yield Edit(*head(model), "".join([f"# {line}{end}" for line in comment]) + end)
    stage = model.stages[plan.target]
    if stage.name is None:
        place = stage.from_.image.span.end.offset
        yield Edit(place, place, f" AS {plan.names.original}")
    triggers = stage.instructions_of(nodes.Onbuild)
    yield from _open_end(model, triggers)
    for trigger in triggers:
        yield Edit(trigger.span.start.offset, _behind_line(model, trigger.span.end.offset), "")


def _open_end(model: Model, removed: Sequence[nodes.Instruction]) -> Iterator[Edit]:
    """Takes away a continuation at the end of the file, which would join its last line with what is added."""
    last = model.tree.instructions[-1]
    if last.newline and last.newline.prefix.startswith(model.escape) and last not in removed:
        start = last.newline.span.start.offset - len(last.newline.prefix.encode("utf-8", "surrogateescape"))
        yield Edit(start, start + 1, "")


def head(model: Model) -> tuple[int, int]:
    """Where the head comment goes, an empty span: behind byte order mark and parser directives, which come first."""
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
        "configuration. Each build gathers anew. After a change of what is installed, copied or run, renew this file: "
        f"dfopt slim {shlex.quote(name)}"
    )
    for note in (*plan.contents.notes, *plan.notes):
        yield from _wrapped(f"- {note}", indent="  ")


def _changes(model: Model, edits: Sequence[Edit]) -> Iterator[str]:
    """What was changed in the stages above, a line each, so that people can see it and a renewal take it back."""
    for edit in sorted(edits):
        old = model.data[edit.start : edit.end].decode("utf-8", "surrogateescape")
        rest = model.data[edit.end : _behind_line(model, edit.end)].decode("utf-8", "surrogateescape")
        yield f"- {CHANGED} {_text(edit.text)} for {_text(old)} before {_text(rest[:_CONTEXT].rstrip())}"


def _gaps(plan: Plan) -> Iterator[str]:
    for gap in plan.gaps:
        yield f"- {MISSED} {_text(gap.path)}, since a run without it said {_text(gap.said)}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


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
        yield f" {model.escape}\n    ".join(_gathering(contents))
        folders = [f"{ROOT}/"]
    yield ""
    yield f"FROM {contents.base} AS {names.final}"
    for folder in folders:
        yield f"COPY --from={names.gathering} {folder} /"
    if not contents.roots:
        for kept in contents.kept:
            if not kept.is_optional:
                yield f"COPY --from={names.original} {json.dumps([kept.name, kept.name], ensure_ascii=False)}"
    yield from plan.restated


def _gathering(contents: Contents) -> Iterator[str]:
    """A RUN, line by line, that gathers paths as far as they are there, with owners, modes and links; makes `/tmp`."""
    yield f'USER 0\nSHELL ["/bin/sh", "-c"]\nRUN mkdir {ROOT} && mkdir -m 1777 {ROOT}/tmp'  # noqa: S108
    yield from _copied([kept.name for kept in contents.kept if kept.is_optional and kept.name not in contents.chosen])
    yield from _removed(contents.drop)
    yield from _copied(contents.chosen)
    yield from _removed(contents.rejected)


def _copied(globs: Sequence[str]) -> Iterator[str]:
    if globs:
        yield "&& cd / && for path in"
        yield from [f"    {_matches(glob)}" for glob in globs]
        yield f'; do if [ -e "$path" ]; then tar -cf - "$path" | tar -C {ROOT} -xpf -; fi; done'


def _removed(globs: Sequence[str]) -> Iterator[str]:
    if globs:
        yield f"&& cd {ROOT} && rm -rf {' '.join(map(_matches, globs))}"


def _matches(glob: str) -> str:
    """Shell words for the paths that a glob means, as seen from the root; `**` is a whole tree."""
    glob = glob.lstrip("/").removesuffix("/**")
    if "**" in glob:
        top = glob.partition("**")[0].rpartition("/")[0] or "."
        return f"$(find {shlex.quote(top)} -path {shlex.quote(glob.replace('**', '*'))})"
    return "".join([part if part in ("*", "?") else shlex.quote(part) for part in re.split(r"([*?])", glob) if part])
