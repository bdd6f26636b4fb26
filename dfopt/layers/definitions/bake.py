"""The files of `docker buildx bake`, as JSON and as HCL."""

import json
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from dfopt.layers.definitions.definition import Definition, DefinitionError, Entry, listed, text, texts
from dfopt.layers.definitions.hcl import Unknown, evaluate, parse_hcl, parse_template
from dfopt.layers.fleet import Problem

_USED = ("context", "dockerfile", "dockerfile-inline", "target", "args", "tags", "contexts", "platforms")
_MAX_INHERITED = 20


def read(path: str) -> Definition:
    """The builds of a bake file; variables have their defaults. Raises DefinitionError."""
    document = _load(path)
    variables = {name: evaluate(each.get("default"), {}) for name, each in _blocks(document, "variable")}
    targets = dict(_blocks(document, "target"))
    builds, problems = [], []
    entries = []
    for name in _built(document, targets):
        try:
            entries += list(_entries(name, targets, variables))
        except DefinitionError as error:
            problems.append(Problem(path, f"target {name}: {error}"))
    images = {name: entry.names[0] for name, entry in entries}
    for _, entry in entries:
        try:
            builds.append(entry.build(path, images))
        except DefinitionError as error:
            problems.append(Problem(path, str(error)))
    return Definition(tuple(builds), tuple(problems))


def _load(path: str) -> Mapping[str, Any]:
    source = Path(path).read_text("utf-8")
    if not path.endswith(".json"):
        return parse_hcl(source)
    try:
        document = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise DefinitionError(f"can't be read: {error}") from error
    if not isinstance(document, dict):
        raise DefinitionError("must be an object, as bake files are")
    return document


def _blocks(document: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    blocks = document.get(kind)
    for name, block in blocks.items() if isinstance(blocks, dict) else ():
        if isinstance(block, dict):
            yield str(name), block


def _built(document: Mapping[str, Any], targets: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The targets that are images: all but those that others inherit from and that neither a group nor a tag names."""
    inherited = {name for target in targets.values() for name in listed(target.get("inherits"))}
    grouped = {name for _, group in _blocks(document, "group") for name in listed(group.get("targets"))}
    return (name for name, target in targets.items() if name in grouped or "tags" in target or name not in inherited)


def _entries(
    name: str, targets: Mapping[str, Mapping[str, Any]], variables: Mapping[str, object]
) -> Iterator[tuple[str, Entry]]:
    """The builds of a target, each with its name: one for every combination of its matrix."""
    target = _inherited(name, targets)
    matrix = evaluate(_parsed(targets[name].get("matrix")), variables)
    axes = matrix if isinstance(matrix, dict) else {}
    for values in product(*[each if isinstance(each, list) else [each] for each in axes.values()]):
        scope = {**variables, **dict(zip(axes, values, strict=True))}
        own = evaluate(_parsed(targets[name].get("name")), scope) if axes else None
        if isinstance(own, Unknown):
            raise DefinitionError("the names of its matrix are ones that dfopt can't work out")
        called = text(own) if own else name
        yield called, _entry(called, evaluate(_parsed(target), scope))


def _inherited(name: str, targets: Mapping[str, Mapping[str, Any]], depth: int = 0) -> Mapping[str, Any]:
    """A target on top of those that it inherits from; of `args` and `contexts` each name by itself."""
    if name not in targets:
        raise DefinitionError(f"inherits from {name}, which is not in this file")
    if depth > _MAX_INHERITED:
        raise DefinitionError("inherits from itself")
    own = targets[name]
    found: dict[str, Any] = {}
    for each in [*listed(own.get("inherits")), None]:
        layer = _inherited(each, targets, depth + 1) if each is not None else own
        for key, value in layer.items():
            before = found.get(key)
            found[key] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
    return found


def _entry(name: str, target: object) -> Entry:
    if not isinstance(target, dict):
        raise DefinitionError("must be an object")
    if unknown := next((key for key in _USED if _is_unknown(target.get(key))), None):
        raise DefinitionError(f"the value of {unknown} is one that dfopt can't work out")
    return Entry(
        key=name,
        names=listed(target.get("tags")) or (name,),
        context=text(target.get("context") or "."),
        dockerfile=text(target.get("dockerfile") or "Dockerfile"),
        inline=text(target["dockerfile-inline"]) if target.get("dockerfile-inline") else None,
        target=text(target["target"]) if target.get("target") else None,
        args=texts(target.get("args")),
        contexts=texts(target.get("contexts")),
        platforms=listed(target.get("platforms")),
    )


def _parsed(value: Any) -> Any:
    """A value of JSON, whose texts are templates; one of HCL is parsed already."""
    if isinstance(value, str):
        return parse_template(value)
    if isinstance(value, dict):
        return {key: _parsed(each) for key, each in value.items()}
    return [_parsed(each) for each in value] if isinstance(value, list) else value


def _is_unknown(value: object) -> bool:
    if isinstance(value, dict):
        return any(_is_unknown(each) for each in value.values())
    return any(_is_unknown(each) for each in value) if isinstance(value, list) else isinstance(value, Unknown)
