"""The tree of a Dockerfile, for people and for programs."""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from dfopt.reports.text import printable
from dfopt.syntax.nodes import Dockerfile, Node, Problem, Token
from dfopt.syntax.positions import NOWHERE, Span


def as_text(tree: Dockerfile) -> Iterator[str]:
    """One line for each node: its place, its field and kind, and of a token prefix and text as Python writes them."""
    pending: list[tuple[int, str, Node]] = [(0, "", tree)]
    while pending:
        depth, name, node = pending.pop()
        label = f"{name}: {type(node).__name__}" if name else type(node).__name__
        content = f" {_shown(node.prefix)}+{_shown(node.text)}" if isinstance(node, Token) else ""
        yield f"{_place(node.span):<14}{'  ' * depth}{label}{content}\n"
        pending += [(depth + 1, field, child) for field, child in reversed(list(_children(node)))]
    for problem in tree.problems:
        yield f"{_place(problem.span):<14}{problem.code}: {printable(problem.message)}\n"


def as_json(tree: Dockerfile) -> str:
    """The tree as one object: `kind`, `range` (null for what is not in the file) and the fields of each node."""
    return json.dumps(_value(tree), indent=1) + "\n"


def _children(node: Node) -> Iterator[tuple[str, Node]]:
    """The nodes below a node, in the order of the file, with the name of the field that holds each."""
    names: dict[int, str] = {}
    for each in fields(node):
        value = getattr(node, each.name)
        items = enumerate(value) if isinstance(value, tuple) else ()
        names |= {id(value): each.name, **{id(item): f"{each.name}[{index}]" for index, item in items}}
    return ((names[id(child)], child) for child in node.children)


def _value(value: object) -> Any:
    if isinstance(value, Span):
        return None if value == NOWHERE else {"start": value.start._asdict(), "end": value.end._asdict()}
    if isinstance(value, Node | Problem):
        named = {each.name: getattr(value, each.name) for each in fields(value) if each.name not in ("span", "escape")}
        kind = {"kind": type(value).__name__} if isinstance(value, Node) else {}
        return {**kind, "range": _value(value.span), **{name: _value(each) for name, each in named.items()}}
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    return value


def _place(span: Span) -> str:
    if span == NOWHERE:
        return ""
    return f"{span.start.line}:{span.start.column}-{span.end.line}:{span.end.column}"


def _shown(text: str) -> str:
    return ascii(text) if not text.isprintable() else repr(text)
