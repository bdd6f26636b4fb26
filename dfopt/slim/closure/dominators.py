"""What only one thing holds: the bytes that would go with it.

A node dominates another when every chain of reasons to the other passes through it. Dominators are found as Cooper,
Harvey and Kennedy do ("A Simple, Fast Dominance Algorithm").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dfopt.slim.closure.graph import START, Edge, Graph

_NEARLY_ALL = 0.95
_LITTLE = 0.01
_FEW = 12


@dataclass(frozen=True, slots=True)
class Holder:
    """A node, with what would go with it: its own file and all that only it leads to.

    `by` is the one edge that leads to it, None where several do. `inside` is the nearest node that holds this one.
    """

    node: str
    bytes: int
    files: int
    by: Edge | None
    inside: str


def holders(graph: Graph) -> tuple[Holder, ...]:
    """All nodes that hold something, the dearest first; a root holds what only it brings."""
    order = _postorder(graph)
    place = {node: number for number, node in enumerate(order)}
    above = _dominators(graph, order, place)
    held = dict.fromkeys(order, 0)
    files = dict.fromkeys(order, 0)
    for node in order[:-1]:
        held[node] += graph.sizes.get(node, 0)
        files[node] += node in graph.sizes
        held[above[node]] += held[node]
        files[above[node]] += files[node]
    found = [
        Holder(node, held[node], files[node], _only(graph, node, above, place), above[node])
        for node in order[:-1]
        if held[node]
    ]
    return tuple(sorted(found, key=lambda each: (-each.bytes, -place[each.node])))


def dearest(found: Sequence[Holder]) -> tuple[Holder, ...]:
    """The few to look at first: not those that hold little, nor those that hold little besides one other node."""
    largest: dict[str, int] = {}
    for each in found:
        largest[each.inside] = max(each.bytes, largest.get(each.inside, 0))
    least = _LITTLE * sum(each.bytes for each in found if each.inside == START)
    dear = [each for each in found if each.bytes >= least and largest.get(each.node, 0) < _NEARLY_ALL * each.bytes]
    return tuple(dear[:_FEW])


def _only(graph: Graph, node: str, above: Mapping[str, str], place: Mapping[str, int]) -> Edge | None:
    """The edge without which a node would go: all others come from what the node itself holds."""
    reasons = [edge for edge in graph.reasons[node] if edge.source in above]
    outer = [edge for edge in reasons if not _holds(node, edge.source, above, place)]
    return outer[0] if len({edge.source for edge in outer}) == 1 else None


def _holds(node: str, other: str, above: Mapping[str, str], place: Mapping[str, int]) -> bool:
    while place[other] < place[node]:
        other = above[other]
    return other == node


def _postorder(graph: Graph) -> list[str]:
    """The nodes that something leads to, each behind those it leads to first; `START` is the last."""
    order: list[str] = []
    seen = {START}
    pending = [(START, iter(graph.uses.get(START, ())))]
    while pending:
        node, edges = pending[-1]
        onwards = next((edge.target for edge in edges if edge.target not in seen), None)
        if onwards is None:
            order.append(node)
            pending.pop()
        else:
            seen.add(onwards)
            pending.append((onwards, iter(graph.uses.get(onwards, ()))))
    return order


def _dominators(graph: Graph, order: list[str], place: Mapping[str, int]) -> dict[str, str]:
    """The nearest dominator of each node."""
    above = {START: START}
    changed = True
    while changed:
        changed = False
        for node in reversed(order[:-1]):
            nearest, *others = [edge.source for edge in graph.reasons[node] if edge.source in above]
            for other in others:
                nearest = _common(nearest, other, above, place)
            changed |= above.get(node) != nearest
            above[node] = nearest
    return above


def _common(one: str, other: str, above: Mapping[str, str], place: Mapping[str, int]) -> str:
    """The nearest node that dominates both."""
    while one != other:
        while place[one] < place[other]:
            one = above[one]
        while place[other] < place[one]:
            other = above[other]
    return one
