"""Why a file is kept, and why another one is not."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from dfopt.sizes import readable
from dfopt.slim.closure.dominators import holders
from dfopt.slim.closure.graph import Edge, Graph
from dfopt.slim.stage.instructions import ROOT, tables

if TYPE_CHECKING:
    from dfopt.images import RootFS

_ENGINES_OWN = re.compile(r"/(proc|sys|dev)/|/etc/(hosts|hostname|resolv\.conf|mtab)$")
_TO_KEEP = "to keep it all the same: --keep {}, or `keep` in [slim] of dfopt.toml"


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a path is kept.

    `place` is the real path that it leads to, or the largest file below it, `chain` the shortest one from a root there.
    `bytes` and `files` would go without the place; of a folder, they are what is kept below it.
    """

    path: str
    place: str
    chain: tuple[Edge, ...]
    bytes: int
    files: int
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """Why a path is not kept: `code` is a slug, `advice` says what would bring it, where something would."""

    path: str
    code: str
    reason: str
    advice: str | None = None


def explain(path: str, root: "RootFS", graph: Graph) -> Kept | Absent:
    """Why a path of the image is kept, or why it is not; links are followed."""
    place = _place(path, root)
    if place in graph.layers:
        held = next((each for each in holders(graph) if each.node == place), None)
        return Kept(path, place, graph.shortest(place), held.bytes if held else 0, held.files if held else 0)
    below = {kept: size for kept, size in graph.sizes.items() if kept.startswith(f"{place.rstrip('/')}/")}
    if below:
        largest = max(below, key=lambda kept: below[kept])
        return Kept(path, largest, graph.shortest(largest), sum(below.values()), len(below), is_folder=True)
    return _absent(path, place, root, graph)


def explanation(found: Kept | Absent) -> Iterator[str]:
    """Lines for people."""
    if isinstance(found, Absent):
        yield f"{found.path} is not kept: {found.reason}"
        if found.advice:
            yield f"  {found.advice}"
        return
    size = f"{readable(found.bytes)} in {found.files} files"
    if found.is_folder:
        yield f"{found.path} is kept in part: {size}, such as {found.place}"
    else:
        yield f"{found.path} is kept" + (f"; it leads to {found.place}" if found.place != found.path else "")
    yield from chain(found.chain)
    if found.files > 1 and not found.is_folder:
        yield f"  without it, {size} would go"


def chain(edges: Iterable[Edge]) -> Iterator[str]:
    """The links of a chain, a line each."""
    for edge in edges:
        yield f"  {edge.target}  ({edge.reason})"


def _absent(path: str, place: str, root: "RootFS", graph: Graph) -> Absent:
    if _ENGINES_OWN.match(place):
        return Absent(path, "engine", "the engine gives each container its own")
    if not root.exists(path):
        return Absent(path, "missing", "the original image has nothing there")
    if reason := _dropped(place, root):
        return Absent(path, "dropped", reason)
    if any(re.search(pattern, place) for pattern in tables("surplus")):
        return Absent(path, "surplus", "a copy that nothing asks for", _TO_KEEP.format(place))
    if any(re.search(pattern, place) for pattern in tables("never")):
        reason = "its kind (documentation, caches, what building and packaging need) is kept only where it is named"
        return Absent(path, "kind", reason, _TO_KEEP.format(place))
    return Absent(path, *_not_reached(place, root, graph), _TO_KEEP.format(place))


def _not_reached(place: str, root: "RootFS", graph: Graph) -> tuple[str, str]:
    owners = _owners(root)
    owner = next((owners[name] for name in _names(place, root) if name in owners), None)
    if owner is None:
        return "not-reached", "no package has it, and nothing that runs names it"
    others = [kept for kept in graph.sizes if owners.get(kept) == owner]
    if others:
        return "not-reached", f"its package {owner} is used, but nothing leads to this file"
    return "package-not-reached", f"nothing of its package {owner} is used"


def _place(path: str, root: "RootFS") -> str:
    try:
        return root.resolve(path).entry.path
    except OSError:
        return path


def _names(place: str, root: "RootFS") -> Iterator[str]:
    """A real path, and the names that a package may have for it where a folder of the root is a link (merged /usr)."""
    yield place
    for name in root.listdir("/"):
        entry = root[f"/{name}"]
        folder = f"/{entry.target.strip('/')}/"
        if entry.is_symlink and place.startswith(folder):
            yield f"/{name}/{place.removeprefix(folder)}"


def _owners(root: "RootFS") -> dict[str, str]:
    lines = _listed(root, "owners")
    return {path: package for package, _, path in (line.partition("\t") for line in lines)}


def _dropped(place: str, root: "RootFS") -> str | None:
    """Which choice or recipe leaves a file out, for people."""
    for name, reason in (("rejected", "--drop {} leaves it out"), ("drop", "the recipe leaves out {}")):
        if glob := next((glob for glob in _listed(root, name) if glob and matches(glob, place)), None):
            return reason.format(glob)
    return None


def _listed(root: "RootFS", name: str) -> Iterable[str]:
    return root.read(f"{ROOT}/{name}").decode("utf-8", "surrogateescape").splitlines()


def matches(glob: str, path: str) -> bool:
    """Whether a path is one that a glob means, in which `**` is a whole tree."""
    return _pattern(glob).fullmatch(path) is not None


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    signs = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join([signs.get(part) or re.escape(part) for part in re.split(r"(\*\*|\*|\?)", glob)]))
