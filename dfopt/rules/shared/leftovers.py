"""Caches of package managers that are still in the layer when their RUN ends."""

from fnmatch import fnmatchcase

from dfopt.model.effects import Effect, EffectKind
from dfopt.model.packages import PackageCommand
from dfopt.model.paths import is_below
from dfopt.model.stages import Stage


def ships(stage: Stage) -> bool:
    """Whether the layers of a stage are layers of the image that the file builds."""
    return stage.index in stage.model.shipped_stages


def leftovers(command: PackageCommand) -> tuple[Effect, ...]:
    """The caches that a command fills, that no mount keeps out of the layer, and that its RUN removes no more."""
    run = command.run
    filled = [
        effect
        for effect in command.effects
        if effect.kind is EffectKind.CREATE and effect.cache_of and run.mount_over(effect.path) is None
    ]
    if not filled:
        return ()
    removals = [
        effect
        for effect in run.effects
        if effect.kind in (EffectKind.DELETE, EffectKind.MOVE)
        and effect.command is not None
        and effect.command.start > command.start
    ]
    return tuple([effect for effect in filled if not any(_removes(removal, effect.path) for removal in removals)])


def _removes(removal: Effect, folder: str) -> bool:
    """Whether a removal is about a folder, what is around it, or, by a pattern, what is in it."""
    if removal.covers(folder):
        return True
    return "*" in removal.path and (is_below(removal.path, folder) or fnmatchcase(folder, removal.path))
