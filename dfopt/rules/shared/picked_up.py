"""What COPY and ADD pick up of the build context that has no place in an image."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from dfopt.model.context import Context
from dfopt.model.copies import CopyFacts, Source, SourceKind
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.shared.leftovers import ships

_WHOLE = (".", "", "*")


def takes_whole_context(source: Source) -> bool:
    """Whether a source is all of the build context."""
    return source.kind is SourceKind.CONTEXT and source.text.strip("/").removeprefix("./") in _WHOLE


def picked_up(
    stage: Stage, model: Model, names: tuple[str, ...], is_meant: Callable[[str, Context], bool] | None = None
) -> Iterator[tuple[Source, str]]:
    """The sources by which a stage of the final image gets a file or folder of one of these names, with the name.

    One that a source names itself counts by its name. What comes with the whole context counts where the context is
    known, has it and does not ignore it, and `is_meant`, if given, agrees.
    """
    if not ships(stage):
        return
    for copy in stage.copies:
        for source in copy.sources:
            if copy.is_trigger or source.kind is not SourceKind.CONTEXT:
                continue
            if source.name in names:
                yield source, source.name
            elif takes_whole_context(source) and model.context is not None:
                context = model.context
                found = [name for name in names if context.exists(name) and not _is_excluded(name, copy)]
                yield from [(source, name) for name in found if is_meant is None or is_meant(name, context)]


def _is_excluded(name: str, copy: CopyFacts) -> bool:
    return any(fnmatchcase(name, pattern.removeprefix("**/").strip("/")) for pattern in copy.exclude)
