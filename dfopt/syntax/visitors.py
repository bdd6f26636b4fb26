"""Walks over a tree: a `Visitor` reads it, a `Transformer` makes a changed copy.

A handler is a method `visit_KIND` or `leave_KIND` for a kind of node, such as `visit_Run`.  One for a base class, such
as `visit_Instruction`, gets all of its kinds that have none of their own.  A handler for a kind that does not exist is
refused when the class is made.
"""

import dataclasses
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, ClassVar, Final, TypeVar

from dfopt.syntax import nodes
from dfopt.syntax.nodes import Node

KINDS = {name: kind for name, kind in vars(nodes).items() if isinstance(kind, type) and issubclass(kind, Node)}
"""Every kind of node by its name."""

N = TypeVar("N", bound=Node)


class Removal(Enum):
    """What a transformer's handler returns to take a node out of the tuple that holds it."""

    REMOVE = "remove"


REMOVE: Final = Removal.REMOVE


class _Walk:
    """Finds the handlers of a class by their names."""

    prefixes: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls) -> None:
        for name in vars(cls):
            prefix, _, kind = name.partition("_")
            if prefix in ("visit", "leave") and kind and (prefix not in cls.prefixes or kind not in KINDS):
                allowed = " and ".join(f"{each}_KIND" for each in cls.prefixes)
                raise TypeError(
                    f"{cls.__qualname__}.{name} handles nothing; handlers are {allowed} for {sorted(KINDS)}"
                )

    def _handler(self, prefix: str, node: Node) -> Callable[[Any], Any] | None:
        for kind in type(node).__mro__:
            if handler := getattr(self, f"{prefix}_{kind.__name__}", None):
                return handler  # type: ignore[no-any-return]
        return None


class Visitor(_Walk):
    """Sees each node once, in the order of the file: `visit_KIND` before its children, `leave_KIND` behind them.

    A `visit_KIND` that returns False leaves its node's children out.
    """

    prefixes = ("visit", "leave")

    def visit(self, node: Node) -> None:
        """Walks over a node and all below it."""
        before = self._handler("visit", node)
        if before is None or before(node) is not False:
            for child in node.children:
                self.visit(child)
        if after := self._handler("leave", node):
            after(node)


class Transformer(_Walk):
    """Makes a changed copy of a tree, from the leaves up.

    `leave_KIND` gets a node whose children are changed already and returns what stands in its place: itself, another
    node, or `REMOVE`.  What no handler changes is the very same object in the copy.
    """

    prefixes = ("leave",)

    def transform(self, node: N) -> N:
        """The changed copy; raises ValueError where a node that its parent can't do without is removed."""
        changed = self._transform(node)
        if changed is REMOVE:
            raise ValueError(f"a {type(node).__name__} on its own can't be removed")
        return changed  # type: ignore[return-value]

    def _transform(self, node: Node) -> Node | Removal:
        changes = {name: value for name, old in _fields(node) if (value := self._field(node, name, old)) is not old}
        changed = node.with_changes(**changes) if changes else node
        handler = self._handler("leave", changed)
        return handler(changed) if handler else changed

    def _field(self, parent: Node, name: str, value: Any) -> Any:
        if isinstance(value, tuple):
            items = tuple([each for each in map(self._transform, value) if each is not REMOVE])
            return value if len(items) == len(value) and all(map(_same, items, value)) else items
        changed = self._transform(value)
        if changed is REMOVE:
            raise ValueError(f"the {name} of {type(parent).__name__} can't be removed")
        return changed


def _fields(node: Node) -> Iterator[tuple[str, Any]]:
    """The fields of a node that hold nodes."""
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node) or (isinstance(value, tuple) and value and isinstance(value[0], Node)):
            yield field.name, value


def _same(one: object, other: object) -> bool:
    return one is other
