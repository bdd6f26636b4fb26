"""The closure as a graph: what is kept, and all that leads to it, as the gathering stage recorded it.

A node is a path of the image, or a name with what it is in front: `package:`, `pack:` (what only shows at run time),
`tree:` (a glob whose files are kept together), `script:` (text that the image starts).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dfopt.cached import cached_property
from dfopt.slim.stage.instructions import ROOT

if TYPE_CHECKING:
    from dfopt.images import RootFS

START = ""
"""The node from which all roots are led to."""
READ = "read, and left out itself"
"""Why there is a node at which a chain starts although it is not kept: sources of the author."""


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One reason why `target` is kept: `kind` reads well between the two (`/bin/sh`, "interpreter of", `/entry.sh`).

    `source` is `START` at a root.
    """

    target: str
    kind: str
    source: str = START

    @property
    def reason(self) -> str:
        """Why the target is kept, in words."""
        return f"{self.kind} {self.source}" if self.source else self.kind


@dataclass(frozen=True)
class Graph:
    """What is kept, and why.

    `layers` has each kept path with the layer it goes to, `sizes` the bytes of the files among them.
    """

    layers: Mapping[str, str]
    sizes: Mapping[str, int]
    edges: tuple[Edge, ...]

    @cached_property
    def reasons(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges that lead to each node, sorted."""
        return _grouped(sorted(self.edges), by_target=True)

    @cached_property
    def uses(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges that lead on from each node, sorted."""
        return _grouped(sorted(self.edges), by_target=False)

    def shortest(self, node: str) -> tuple[Edge, ...]:
        """The shortest chain of reasons to a node, from a root onwards; empty where nothing leads to it."""
        via: dict[str, Edge | None] = {node: None}
        pending = [node]
        for here in pending:
            for edge in self.reasons.get(here, ()):
                if edge.source == START:
                    return (edge, *_onwards(here, via))
                if edge.source not in via:
                    via[edge.source] = edge
                    pending.append(edge.source)
        return ()


def read_graph(root: "RootFS") -> Graph | None:
    """The record in the file system of a gathering stage; None where the stage gathers a fixed list of files."""
    if not root.exists(f"{ROOT}/edges"):
        return None
    kept = [_fields(line) for line in _lines(root, "why")]
    edges = {Edge(*fields) for fields in map(_fields, _lines(root, "edges"))}
    first = {path: Edge(path, *reason) for path, _, *reason in kept}
    reached = _reached(edges)
    edges |= {edge for path, edge in first.items() if path not in reached}
    edges |= {Edge(source, READ) for source in _sources(edges)}
    layers = {path: layer for path, layer, *_ in kept}
    sizes = {path: root[path].size for path in layers if path in root and root[path].is_file}
    return Graph(layers, sizes, tuple(sorted(edges)))


def _sources(edges: Iterable[Edge]) -> set[str]:
    """The nodes that lead on, and that nothing leads to."""
    return {edge.source for edge in edges} - {edge.target for edge in edges} - {START}


def _lines(root: "RootFS", name: str) -> list[str]:
    return root.read(f"{ROOT}/{name}").decode("utf-8", "surrogateescape").splitlines()


def _fields(line: str) -> list[str]:
    return line.split("\t")


def _grouped(edges: Iterable[Edge], *, by_target: bool) -> dict[str, tuple[Edge, ...]]:
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.target if by_target else edge.source, []).append(edge)
    return {node: tuple(group) for node, group in found.items()}


def _reached(edges: Iterable[Edge]) -> set[str]:
    uses = _grouped(edges, by_target=False)
    reached, pending = {START}, [START]
    while pending:
        for edge in uses.get(pending.pop(), ()):
            if edge.target not in reached:
                reached.add(edge.target)
                pending.append(edge.target)
    return reached


def _onwards(node: str, via: Mapping[str, Edge | None]) -> Iterator[Edge]:
    while (edge := via[node]) is not None:
        yield edge
        node = edge.target
