"""The files of an image while its steps are gone through, and what of them ships for nothing."""

from collections.abc import Iterable, Iterator

from dfopt.frozen import frozen
from dfopt.layers.fleet import File, WasteKind
from dfopt.layers.recipes import Loss
from dfopt.model.effects import Effect
from dfopt.model.paths import is_below

Where = tuple[int, int]
"""A step: the index of its stage, and its own."""


@frozen()
class _Entry:
    """What stands at a path: its bytes, None for the lists of apt, and the step that wrote it."""

    bytes: int | None
    where: Where


class Disk:
    """What is known of the files of one stage, those of the local stages below it included."""

    def __init__(self) -> None:
        self._known: dict[str, _Entry] = {}
        self._first: tuple[Iterable[File], Where] | None = None
        self._unknown: list[Effect] = []
        self._hidden: set[str] = set()
        self._losses: list[Loss] = []

    def copy(self) -> "Disk":
        """The same files for a stage that stands on this one."""
        other = Disk()
        other._known |= self._entries
        other._unknown += self._unknown
        other._hidden |= self._hidden
        other._losses += self._losses
        return other

    @property
    def losses(self) -> Iterator[Loss]:
        """All copies of each path that several layers hold or that one deletes, as an engine's images are counted."""
        yield from self._losses
        for path in sorted(self._hidden & self._known.keys()):
            yield from _loss(path, self._entries[path], WasteKind.DUPLICATED)

    def add(self, files: Iterable[File], where: Where) -> None:
        """Files, with their paths in the image, are written."""
        if not self._known and self._first is None:
            self._first = (files, where)
            return
        entries = self._entries
        for file in files:
            if file.path in entries:
                self._hide(file.path, WasteKind.OVERWRITTEN)
            entries[file.path] = _Entry(file.bytes, where)

    def add_lists(self, path: str, where: Where) -> None:
        """The package lists of apt are written, unless they are there."""
        self._entries.setdefault(path, _Entry(None, where))

    def add_unknown(self, effect: Effect) -> None:
        """Something is written of which only the path is known."""
        self._unknown.append(effect)

    def delete(self, effect: Effect, where: Where) -> None:
        """What lower layers hold is deleted, or moved away."""
        for path in self._covered(effect):
            if self._entries[path].where != where:
                self._hide(path, WasteKind.DELETED)
            del self._entries[path]

    def rewrite(self, effect: Effect, where: Where) -> int | None:
        """The bytes that are stored again as they get another mode or owner; None where they are not known."""
        if any(each.by is not effect.by and _meet(each, effect) for each in self._unknown):
            return None
        total = 0
        for path in self._covered(effect):
            entry = self._entries[path]
            if entry.where == where:
                continue
            if entry.bytes is None:
                return None
            self._hide(path, WasteKind.OVERWRITTEN)
            self._entries[path] = _Entry(entry.bytes, where)
            total += entry.bytes
        return total

    @property
    def _entries(self) -> dict[str, _Entry]:
        """The files by path; those of the first COPY come in when they are asked for, as most images never do."""
        if self._first is not None:
            files, where = self._first
            self._known |= {file.path: _Entry(file.bytes, where) for file in files}
            self._first = None
        return self._known

    def _covered(self, effect: Effect) -> list[str]:
        if not effect.recursive:
            return [effect.path] if effect.path in self._entries else []
        return [path for path in self._entries if effect.covers(path)]

    def _hide(self, path: str, kind: WasteKind) -> None:
        self._hidden.add(path)
        self._losses += _loss(path, self._entries[path], kind)


def _loss(path: str, entry: _Entry, kind: WasteKind) -> Iterator[Loss]:
    if entry.bytes != 0:
        yield Loss(path, entry.bytes, kind, *entry.where)


def _meet(one: Effect, other: Effect) -> bool:
    """Whether two effects can be about the same file."""
    return is_below(one.path, other.path) or (one.recursive and is_below(other.path, one.path))
