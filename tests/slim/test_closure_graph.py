"""The closure as a graph: what only one node holds, why a file is kept, why another one is not."""

import io
import tarfile
from collections.abc import Iterator, Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.images import RootFS
from dfopt.slim.closure.dominators import dearest, holders
from dfopt.slim.closure.explain import Absent, Kept, chain, explain, explanation
from dfopt.slim.closure.graph import READ, START, Edge, Graph, read_graph

NODES = st.sampled_from("abcdefgh")
EDGES = st.frozensets(st.builds(Edge, NODES, st.sampled_from(("named in", "library of")), NODES | st.just(START)))


def reached(edges: frozenset[Edge], without: str | None = None) -> set[str]:
    found = {START}
    while more := {e.target for e in edges if e.source in found and e.target != without} - found:
        found |= more
    return found - {START}


@given(edges=EDGES, sizes=st.dictionaries(NODES, st.integers(1, 1000), min_size=8))
def test_a_node_holds_what_goes_when_it_is_cut(edges: frozenset[Edge], sizes: dict[str, int]) -> None:
    whole = reached(edges)
    found = {each.node: each for each in holders(Graph({}, sizes, tuple(edges)))}
    assert found.keys() == whole
    for node, holder in found.items():
        gone = whole - reached(edges, without=node)
        assert (holder.bytes, holder.files) == (sum(sizes[each] for each in gone), len(gone))


@given(edges=EDGES, sizes=st.dictionaries(NODES, st.integers(1, 1000), min_size=8))
def test_the_edge_that_a_holder_hangs_on_is_the_only_way_to_it(edges: frozenset[Edge], sizes: dict[str, int]) -> None:
    for holder in holders(Graph({}, sizes, tuple(edges))):
        cut = frozenset(
            edge for edge in edges if (edge.target, edge.source) != (holder.node, getattr(holder.by, "source", None))
        )
        assert (holder.node in reached(cut)) == (holder.by is None)


@given(edges=EDGES, node=NODES)
def test_the_shortest_chain_leads_from_a_root_to_the_node(edges: frozenset[Edge], node: str) -> None:
    chain = Graph({}, {}, tuple(edges)).shortest(node)
    assert bool(chain) == (node in reached(edges))
    if chain:
        assert (chain[0].source, chain[-1].target) == (START, node)
        assert all(edge in edges for edge in chain)
        assert all(one.target == other.source for one, other in pairwise(chain))


def test_a_long_chain_needs_no_deep_stack() -> None:
    nodes = [str(number) for number in range(20_000)]
    edges = [Edge(node, "named in", before) for before, node in zip([START, *nodes], nodes, strict=False)]
    graph = Graph({}, dict.fromkeys(nodes, 1), tuple(edges))
    assert holders(graph)[0].bytes == len(nodes)
    assert len(graph.shortest(nodes[-1])) == len(nodes)


def test_the_dearest_are_few_and_each_says_something() -> None:
    sizes = {"/lib": 900, "/tiny": 1}
    edges = (Edge("/program", "start"), Edge("/lib", "library of", "/program"), Edge("/tiny", "named in", "/program"))
    assert [each.node for each in dearest(holders(Graph({}, sizes, edges)))] == ["/lib"]


def tree(files: Mapping[str, str | None], links: Mapping[str, str]) -> io.BytesIO:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in files.items():
            info = tarfile.TarInfo(path.lstrip("/"))
            info.size = len(content or "")
            archive.addfile(info, io.BytesIO((content or "").encode()))
        for path, target in links.items():
            info = tarfile.TarInfo(path.lstrip("/"))
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    buffer.seek(0)
    return buffer


RECORD = {
    "/dfopt/why": "/usr/bin/server\truntime\tstart\n"
    "/usr/lib/libz.so.1.2\tsystem\tlibrary of\t/usr/bin/server\n"
    "/usr/lib/libz.so.1\tsystem\tlibrary of\t/usr/bin/server\n"
    "/usr/lib/liblzma.so\tsystem\tlibrary of\t/usr/lib/libz.so.1.2\n"
    "/usr/share/server/page\truntime\tdata of\tpackage:server\n"
    "/usr/bin/sed\truntime\trun by\t/srv/app.c\n"
    "/var\truntime\tdirectory\n",
    "/dfopt/edges": "/usr/bin/server\tstart\n"
    "/usr/lib/libz.so.1.2\tlibrary of\t/usr/bin/server\n"
    "/usr/lib/libz.so.1\tlibrary of\t/usr/bin/server\n"
    "package:server\tpackage of\t/usr/bin/server\n"
    "/usr/share/server/page\tdata of\tpackage:server\n"
    "/usr/bin/sed\trun by\t/srv/app.c\n",
    "/dfopt/owners": "server\t/usr/bin/server\nserver\t/usr/share/server/page\nserver\t/usr/bin/server-admin\n"
    "server\t/usr/share/doc/server/copyright\ntool\t/bin/tool\nserver\t/usr/share/server/big\n",
    "/dfopt/drop": "",
    "/dfopt/rejected": "/usr/share/server/b*\n",
}
FILES = {
    "/usr/bin/server": "s" * 100,
    "/usr/lib/libz.so.1.2": "z" * 200,
    "/usr/lib/liblzma.so": "l" * 400,
    "/usr/share/server/page": "p" * 50,
    "/usr/share/server/big": "",
    "/usr/share/doc/server/copyright": "",
    "/usr/bin/server-admin": "",
    "/usr/bin/tool": "",
    "/usr/bin/sed": "",
    "/srv/data": "",
}


@pytest.fixture
def root() -> Iterator[RootFS]:
    with RootFS.from_tar(tree({**RECORD, **FILES}, {"/bin": "usr/bin", "/usr/lib/libz.so.1": "libz.so.1.2"})) as found:
        yield found


@pytest.fixture
def graph(root: RootFS) -> Graph:
    found = read_graph(root)
    assert found is not None
    return found


def test_the_record_is_read_with_sizes_and_roots(graph: Graph) -> None:
    assert graph.sizes["/usr/lib/libz.so.1.2"] == 200
    assert "/usr/lib/libz.so.1" not in graph.sizes
    assert graph.layers["/usr/bin/server"] == "runtime"
    held = {each.node: each.bytes for each in holders(graph)}
    assert held["/usr/bin/server"] == 750
    assert held["/usr/lib/libz.so.1.2"] == 600
    assert held["package:server"] == 50


def test_what_no_edge_leads_to_has_its_first_reason(graph: Graph) -> None:
    assert graph.reasons["/usr/lib/liblzma.so"] == (Edge("/usr/lib/liblzma.so", "library of", "/usr/lib/libz.so.1.2"),)


def test_why_shows_the_chain_from_a_root_and_what_would_go(root: RootFS, graph: Graph) -> None:
    found = explain("/usr/lib/libz.so.1", root, graph)
    assert isinstance(found, Kept)
    assert (found.place, found.bytes, found.files) == ("/usr/lib/libz.so.1.2", 600, 2)
    assert [edge.kind for edge in found.chain] == ["start", "library of"]
    lines = list(explanation(found))
    assert lines[0] == "/usr/lib/libz.so.1 is kept; it leads to /usr/lib/libz.so.1.2"
    assert "  /usr/lib/libz.so.1.2  (library of /usr/bin/server)" in lines


def test_a_chain_may_start_at_a_source_that_is_left_out(root: RootFS, graph: Graph) -> None:
    found = explain("/usr/bin/sed", root, graph)
    assert isinstance(found, Kept)
    assert list(chain(found.chain)) == [f"  /srv/app.c  ({READ})", "  /usr/bin/sed  (run by /srv/app.c)"]


def test_a_folder_is_kept_as_far_as_its_files_are(root: RootFS, graph: Graph) -> None:
    found = explain("/usr/share", root, graph)
    assert isinstance(found, Kept)
    assert (found.is_folder, found.place, found.files) == (True, "/usr/share/server/page", 1)


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/etc/hosts", "engine", "own"),
        ("/usr/bin/nothing", "missing", "nothing there"),
        ("/usr/share/server/big", "dropped", "--drop /usr/share/server/b*"),
        ("/usr/share/doc/server/copyright", "kind", "documentation"),
        ("/usr/bin/server-admin", "not-reached", "package server is used"),
        ("/bin/server-admin", "not-reached", "package server is used"),
        ("/usr/bin/tool", "package-not-reached", "package tool"),
        ("/srv/data", "not-reached", "no package"),
    ],
)
def test_why_not_names_the_cause_and_the_way_on(path: str, code: str, said: str, root: RootFS, graph: Graph) -> None:
    found = explain(path, root, graph)
    assert isinstance(found, Absent)
    assert found.code == code
    assert said in found.reason
    assert (found.advice is None) == (code in ("engine", "missing", "dropped"))
    assert found.advice is None or "--keep" in found.advice


def test_a_stage_that_copies_a_fixed_list_has_no_graph() -> None:
    with RootFS.from_tar(tree({"/dfopt/usr/bin/x": ""}, {})) as root:
        assert read_graph(root) is None
