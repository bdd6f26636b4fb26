"""Effects of different layers on the same paths: what ships twice, or ships and is hidden."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from dfopt.model.effects.effect import Effect, EffectKind, Rewrite
from dfopt.model.paths import is_below

_WRITES = (EffectKind.CREATE, EffectKind.MODIFY)


def find_rewrites(effects: Iterable[Effect]) -> Iterator[Rewrite]:
    """Pairs of effects in different layers, of which the later takes away or changes what the earlier wrote.

    The earlier ones are the last on the same path and all below it where the later is recursive, or else the innermost
    around it. A folder that is made or filled again (mkdir, WORKDIR, another archive) makes no pair.
    """
    written: dict[str, Effect] = {}
    for effect in effects:
        if effect.kind not in _WRITES or not (effect.recursive or effect.is_folder):
            yield from (Rewrite(each, effect) for each in _hit(effect, written) if each.by is not effect.by)
        if effect.kind in _WRITES and (effect.recursive or not effect.is_folder):
            written[effect.path] = effect
        elif effect.kind in (EffectKind.DELETE, EffectKind.MOVE):
            for path in [path for path in written if effect.covers(path)]:
                del written[path]


def _hit(effect: Effect, written: dict[str, Effect]) -> list[Effect]:
    """What was written at the places of an effect."""
    inside = [each for path, each in written.items() if _is_hit(effect, path)]
    if inside or effect.kind in _WRITES:
        return inside
    around = [each for path, each in written.items() if each.recursive and is_below(effect.path, path)]
    return sorted(around, key=lambda each: len(each.path))[-1:]


def _is_hit(effect: Effect, path: str) -> bool:
    if path == effect.path or (effect.recursive and is_below(path, effect.path)):
        return True
    pattern = effect.path
    return "*" in pattern and pattern.count("/") == path.count("/") and fnmatchcase(path, pattern)
