"""A fleet read from an engine: what each layer of its images holds, and what of that is waste."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from posixpath import dirname

from dfopt.images import ArchivedImage, ArchiveError, Engine, EngineError, ImageRef, Kind, read_archive
from dfopt.images import Layer as ArchivedLayer
from dfopt.layers.fleet import Basis, File, Image, Layer, Waste, WasteKind
from dfopt.layers.sources.readings import NOTHING, Found, Known, Reading

_MOST_FILES = 2000  # of a layer; the largest
_MOST_PATHS_KEPT = 500_000


@dataclass(frozen=True, slots=True)
class Contents:
    """What a layer does to the file system below it.

    Attributes:
        files: bytes of everything but directories by path; links have none.
        folders: directories that it holds.
        deleted: paths that it hides, with all below them.
        emptied: directories whose lower content it hides.
    """

    files: dict[str, int]
    folders: frozenset[str]
    deleted: frozenset[str]
    emptied: frozenset[str]

    @property
    def paths(self) -> int:
        """How many paths it names."""
        return len(self.files) + len(self.folders) + len(self.deleted) + len(self.emptied)


def read_engine(engine: Engine, names: Sequence[str] = (), known: Known = NOTHING) -> Iterator[Reading]:
    """Read an engine's images, one after the other: all that have a name, or those named.

    Each layer is read once, however many images have it (where they have more than half a million paths in all, those
    used last are remembered). What can't be read is told in the readings' problems and stops nothing else.
    """
    try:
        names = names or engine.names()
    except EngineError as error:
        yield Reading.failed(engine.name, error, partial=True)
        return
    remembered = _Remembered()
    for name in names:
        try:
            reference = engine.image(name)
            if known.digest(name) == reference.id:
                yield Reading(name, reference.id, unchanged=True)
                continue
            image = _read(engine, reference, remembered)
        except (EngineError, ArchiveError) as error:
            yield Reading.failed(name, error)
        else:
            yield Reading(name, reference.id, (Found(reference.id, image),))


def find_waste(layers: Iterable[Contents]) -> Iterator[Waste]:
    """What of an image's layers, base first, is stored for nothing, or more often than once.

    Counted is every copy of a path that several layers hold or that a later layer deletes: copies that no container
    sees are overwritten or deleted, and the copy that is seen in their place is duplicated. So the sum is all bytes
    that these paths take, and that of the first two kinds is what would be saved by writing each of them once.
    """
    visible: dict[str, tuple[int, int]] = {}
    folders: set[str] = set()
    hidden: set[str] = set()
    for number, layer in enumerate(layers):
        for path in _deleted(visible, folders, layer):
            yield from _waste(path, visible.pop(path), WasteKind.DELETED)
            hidden.add(path)
        for path, size in layer.files.items():
            if path in visible:
                yield from _waste(path, visible[path], WasteKind.OVERWRITTEN)
                hidden.add(path)
            visible[path] = (number, size)
        folders |= layer.folders
    for path in sorted(hidden & visible.keys()):
        yield from _waste(path, visible[path], WasteKind.DUPLICATED)


class _Remembered:
    """Layers by diff id: contents and largest files; those not used for the longest time go when they are too many."""

    def __init__(self) -> None:
        self._layers: OrderedDict[str, tuple[Contents, tuple[File, ...]]] = OrderedDict()
        self._paths = 0

    def of(self, layer: ArchivedLayer) -> tuple[Contents, tuple[File, ...]]:
        if layer.diff_id not in self._layers:
            contents = _contents(layer)
            self._layers[layer.diff_id] = contents, _largest(contents)
            self._paths += contents.paths
        self._layers.move_to_end(layer.diff_id)
        while self._paths > _MOST_PATHS_KEPT and len(self._layers) > 1:
            _, (oldest, _) = self._layers.popitem(last=False)
            self._paths -= oldest.paths
        return self._layers[layer.diff_id]


def _read(engine: Engine, reference: ImageRef, remembered: _Remembered) -> Image:
    config = engine.config(reference)
    sizes = [step.size for step in engine.layers(reference)]
    with engine.save(reference) as stream, read_archive(stream) as archive:
        if len(archive.images) != 1:
            raise ArchiveError(f"the engine wrote {len(archive.images)} images for {reference.name}")
        archived = archive.images[0]
        held = [remembered.of(layer) for layer in archived.layers]
    layers = tuple(
        Layer(
            id=layer.diff_id,
            instruction=_printable(layer.created_by),
            bytes=size,
            basis=Basis.MEASURED,
            files=files,
        )
        for layer, (_, files), size in zip(archived.layers, held, _layer_sizes(archived, sizes), strict=True)
    )
    return Image(
        name=reference.name,
        platform=f"{config.os}/{config.architecture}",
        layers=layers,
        waste=tuple(find_waste(contents for contents, _ in held)),
        labels=config.labels,
    )


def _layer_sizes(archived: ArchivedImage, sizes: Sequence[int]) -> Iterator[int]:
    """The engine's own figures for the steps of the history that made a layer."""
    if len(sizes) != len(archived.history):
        raise ArchiveError(f"the engine tells of {len(sizes)} steps, but the image has {len(archived.history)}")
    return (size for step, size in zip(archived.history, sizes, strict=True) if step.layer)


def _contents(layer: ArchivedLayer) -> Contents:
    files: dict[str, int] = {}
    by_kind: dict[Kind, set[str]] = {Kind.DIRECTORY: set(), Kind.WHITEOUT: set(), Kind.OPAQUE: set()}
    for entry in layer.read():
        if entry.kind in by_kind:
            by_kind[entry.kind].add(entry.path)
        else:
            files[entry.path] = entry.size
    folders, deleted, emptied = map(frozenset, by_kind.values())
    return Contents(files, folders, deleted, emptied)


def _deleted(visible: dict[str, tuple[int, int]], folders: set[str], layer: Contents) -> list[str]:
    """The paths that a layer hides without having them: deleted, or below what is no directory any more."""
    roots = layer.deleted | layer.emptied | (folders & layer.files.keys())
    gone = visible.keys() & layer.folders
    if roots:
        gone |= {path for path in visible if path in layer.deleted or _is_below(path, roots)}
    return sorted(gone)


def _is_below(path: str, roots: frozenset[str]) -> bool:
    while (path := dirname(path)) != "/":
        if path in roots:
            return True
    return "/" in roots


def _waste(path: str, copy: tuple[int, int], kind: WasteKind) -> Iterator[Waste]:
    layer, size = copy
    if size:
        yield Waste(_printable(path), size, kind, layer)


def _largest(contents: Contents) -> tuple[File, ...]:
    largest = nlargest(_MOST_FILES, contents.files.items(), key=lambda item: item[1])
    return tuple(File(_printable(path), size) for path, size in largest)


def _printable(text: str) -> str:
    """A text in a form that can be written anywhere; paths can have bytes that are not UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()
