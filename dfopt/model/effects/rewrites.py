"""Effects of different layers on the same paths: what ships twice, or ships and is hidden."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from dfopt.model.effects.effect import Effect, EffectKind, Rewrite
from dfopt.model.paths import is_below

_WRITES = (EffectKind.CREATE, EffectKind.MODIFY)


def find_rewrites(effects: Iterable[Effect]) -> Iterator[Rewrite]:
    """Pairs of effects in different layers, of which the later takes away or changes what the earlier wrote.

    For each later effect the last earlier one on the same path, or all below it when it is recursive. An empty
    folder (mkdir, WORKDIR) has no bytes and makes no pair, nor do effects that are about different parts of a folder.
    """
    written: dict[str, Effect] = {}
    for effect in effects:
        yield from (Rewrite(each, effect) for each in _hit(effect, written) if each.by is not effect.by)
        if effect.kind in _WRITES and (effect.recursive or not effect.is_folder):
            written[effect.path] = effect
        elif effect.kind in (EffectKind.DELETE, EffectKind.MOVE):
            for path in [path for path in written if effect.touches(path)]:
                del written[path]


def _hit(effect: Effect, written: dict[str, Effect]) -> Iterator[Effect]:
    if effect.kind in _WRITES and effect.recursive:
        return
    if effect.is_folder and effect.kind in _WRITES:
        return
    for path, each in written.items():
        is_inside = effect.recursive and is_below(path, effect.path)
        is_around = each.recursive and is_below(effect.path, path) and effect.kind not in _WRITES
        if path == effect.path or is_inside or is_around or _is_glob_of(effect.path, path):
            yield each


def _is_glob_of(pattern: str, path: str) -> bool:
    return "*" in pattern and pattern.count("/") == path.count("/") and fnmatchcase(path, pattern)
