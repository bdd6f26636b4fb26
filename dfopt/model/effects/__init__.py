"""Layer effects: what each instruction creates, changes and deletes in an abstract file system."""

from dfopt.model.effects.effect import Effect, EffectKind, Rewrite
from dfopt.model.effects.reading import read_effects
from dfopt.model.effects.rewrites import find_rewrites

__all__ = ["Effect", "EffectKind", "Rewrite", "find_rewrites", "read_effects"]
