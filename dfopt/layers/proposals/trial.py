"""Trying a change out: what the fleet stores with it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from dfopt.frozen import frozen
from dfopt.layers.fleet import Basis, Layer
from dfopt.layers.pricing import Ground, weakest
from dfopt.layers.recipes import Recipe, StageRecipe, Step
from dfopt.layers.resolving import Resolver

StageKey = tuple[str, int]
"""A stage of a file: its path, and the stage's index."""


@frozen()
class Saving:
    """What is stored less; `bytes` and `basis` are None where only layers of unknown size go."""

    bytes: int | None
    basis: Basis | None


@frozen()
class Standing:
    """A step in an image: the recipe's, the stage's and its own index, its layer, and what is below and above that."""

    recipe: int
    stage: int
    number: int
    step: Step
    layer: Layer
    below: str
    ground: Ground


class Trial:
    """A fleet's recipes, and what comes of changes to them."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._own = {index: _ids(resolver, index) for index in resolver.recipes}
        self.users = Counter([id_ for ids in self._own.values() for id_ in ids])
        self._dependents: dict[int, set[int]] = defaultdict(set)
        self._by_path: dict[str, list[int]] = defaultdict(list)
        for index, recipe in resolver.recipes.items():
            self._by_path[recipe.build.dockerfile].append(index)
            for needed in resolver.needs(index):
                self._dependents[needed].add(index)

    def standings(self) -> Iterator[Standing]:
        """The steps of all images that their own files make, image by image."""
        for index, recipe in self.resolver.recipes.items():
            chain = self.resolver.chain(index, recipe.target)
            for stage, start in chain.starts.items():
                for number, step in enumerate(recipe.stages[stage].steps):
                    at = start + number
                    layer, ground = self.resolver.known[chain.layers[at].id]
                    yield Standing(index, stage, number, step, layer, chain.names[at], ground)

    def names(self, recipes: Iterable[int]) -> tuple[str, ...]:
        """The names of recipes, in order."""
        return tuple(sorted({self.resolver.recipes[index].name for index in recipes}))

    def versions(self, key: StageKey) -> list[StageRecipe]:
        """A stage as each build of its file that needs it has it."""
        path, number = key
        recipes = (self.resolver.recipes[index] for index in self._by_path[path])
        return [recipe.stages[number] for recipe in recipes if number in recipe.stages]

    def changed(self, changes: Mapping[StageKey, Callable[[StageRecipe], StageRecipe]]) -> dict[int, Recipe]:
        """All recipes that are read from the files of changed stages, with these stages changed."""
        found: dict[int, Recipe] = {}
        for path in {path for path, _ in changes}:
            for index in self._by_path[path]:
                recipe = self.resolver.recipes[index]
                stages = {
                    number: changes[path, number](stage) if (path, number) in changes else stage
                    for number, stage in recipe.stages.items()
                }
                found[index] = replace(recipe, stages=stages)
        return found

    def saving(self, changes: Mapping[int, Recipe]) -> Saving | None:
        """What is stored less with other recipes at some indices, or with more; None where that is nothing."""
        affected = self._standing_on(changes)
        after = self.resolver.with_changes(changes, affected)
        indices = sorted(affected.union(changes))
        old = Counter([id_ for index in indices for id_ in self._own.get(index, ())])
        new = {id_ for index in indices for id_ in _ids(after, index)}
        freed = [id_ for id_, count in old.items() if count == self.users[id_] and id_ not in new]
        added = [id_ for id_ in new if not self.users[id_]]
        return _difference([after.known[id_][0] for id_ in freed], [after.known[id_][0] for id_ in added])

    def _standing_on(self, changes: Mapping[int, Recipe]) -> frozenset[int]:
        found = set(changes) & self._own.keys()
        pending = list(found)
        while pending:
            new = self._dependents[pending.pop()] - found
            found |= new
            pending += new
        return frozenset(found)


def _ids(resolver: Resolver, index: int) -> frozenset[str]:
    chain = resolver.chain(index, resolver.recipes[index].target)
    return frozenset([layer.id for layer in chain.layers])


def _difference(freed: list[Layer], added: list[Layer]) -> Saving | None:
    """What goes, less what comes; a layer of unknown size may only come where one of the same instruction goes."""
    unknown = Counter([layer.instruction for layer in freed if layer.bytes is None])
    for layer in added:
        if layer.bytes is None:
            unknown[layer.instruction] -= 1
    saved = sum(layer.bytes or 0 for layer in freed) - sum(layer.bytes or 0 for layer in added)
    if saved < 0 or min(unknown.values(), default=0) < 0:
        return None
    if saved == 0:
        return Saving(None, None) if unknown.total() else None
    return Saving(saved, weakest(layer.basis for layer in (*freed, *added) if layer.basis and layer.bytes))
