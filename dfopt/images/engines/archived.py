"""Engines that show an image only as an archive: what it is made of is read from there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from dfopt.images.archive import read_archive
from dfopt.images.engines.engine import Engine, HistoryStep, ImageRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfopt.images.archive import ArchivedImage


class ArchivedEngine(Engine):
    """An engine whose `save` is the only way to look into an image."""

    def layers(self, image: ImageRef) -> tuple[HistoryStep, ...]:
        """See `Engine.layers`."""
        with self._archived(image) as archived:
            return tuple(
                HistoryStep(step.created_by, step.layer.size if step.layer else 0) for step in archived.history
            )

    def size(self, image: ImageRef) -> int:
        """See `Engine.size`."""
        with self._archived(image) as archived:
            return sum(layer.size for layer in archived.layers)

    def remove(self, image: ImageRef) -> None:
        """See `Engine.remove`."""
        self.session.remove(image.name)

    @contextmanager
    def _archived(self, image: ImageRef) -> Iterator[ArchivedImage]:
        with self.save(image) as stream, read_archive(stream) as archive:
            yield archive.images[0]
