"""From recipes to a fleet: what stands on what, and what each layer weighs there."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping, Sequence

from dfopt.frozen import frozen
from dfopt.layers.builds import DEFAULT_PLATFORM
from dfopt.layers.fleet import File, Fleet, Image, Layer, Place, Problem, Waste
from dfopt.layers.pricing import Ground, Size, size_of_base, size_of_lists, weigh
from dfopt.layers.reading.digests import digest
from dfopt.layers.recipes import Loss, Recipe, StageRecipe, Step

SCRATCH = "scratch"
_MAX_DEPTH = 50
"""Images on top of each other."""


@frozen()
class Chain:
    """The layers of one stage's image, the lowest first, and the ground above the last of them.

    `names` are names of the content below each layer, and last that of the whole image: a layer's id, or, as a linked
    layer's says nothing of what is below it, a digest over both. `starts` says where the layers of the stage, and of
    each local stage that it stands on, begin.
    """

    layers: tuple[Layer, ...]
    names: tuple[str, ...]
    ground: Ground
    starts: Mapping[int, int]

    @property
    def name(self) -> str:
        """The name of the image's content."""
        return self.names[-1]


class Resolver:
    """Recipes on each other, each known by its index; `problems` are those that were met."""

    def __init__(self, recipes: Sequence[Recipe]) -> None:
        self.recipes: Mapping[int, Recipe] = dict(enumerate(recipes))
        self.known: MutableMapping[str, tuple[Layer, Ground]] = {}
        self.problems: list[Problem] = []
        self._by_name: Mapping[str, int] = _by_name(self.recipes)
        self._chains: dict[tuple[int, int], Chain] = {}
        self._open: list[int] = []
        self._unchanged: Resolver | None = None
        self._changed: frozenset[int] = frozenset()

    def with_changes(self, changes: Mapping[int, Recipe], dependents: frozenset[int]) -> "Resolver":
        """The same with other recipes at some indices, or more of them; `dependents` are those that stand on these.

        What a layer's id says, its bytes follow from, so layers that are known already are taken as they are.
        """
        other = Resolver(())
        other.recipes = ChainMap(dict(changes), self.recipes)  # type: ignore[arg-type]  # only read
        other.known = ChainMap({}, self.known)
        other._by_name = ChainMap(_by_name(changes), self._by_name)  # type: ignore[arg-type]
        other._unchanged = self
        other._changed = dependents.union(changes)
        return other

    def fleet(self) -> Fleet:
        """The images of all recipes, in their order."""
        images = tuple([self.image(index) for index in range(len(self.recipes))])
        return Fleet(images, tuple(dict.fromkeys(self.problems)))

    def image(self, index: int) -> Image:
        """The image of a recipe."""
        recipe = self.recipes[index]
        chain = self.chain(index, recipe.target)
        stage = recipe.stages[recipe.target]
        platform = self._platform(recipe, recipe.target)
        return Image(recipe.name, platform, chain.layers, tuple(_waste(stage, chain)), stage.labels)

    def chain(self, index: int, stage: int) -> Chain:
        """The layers of a stage of a recipe.

        Stages need earlier ones only, so those come first, and a long row of them needs no deep recursion.
        """
        if self._unchanged and index not in self._changed:
            return self._unchanged.chain(index, stage)
        for number in self.recipes[index].stages:
            if number <= stage and (index, number) not in self._chains:
                self._chains[index, number] = self._build(index, number)
        return self._chains[index, stage]

    def base_recipe(self, index: int, reference: str) -> int | None:
        """The recipe, by its index, of the image that a reference of a recipe names; None where it is no local one."""
        recipe = self.recipes[index]
        name = recipe.build.contexts.get(reference, reference)
        found = self._by_name.get(normal(name))
        return None if found == index else found

    def needs(self, index: int) -> Iterator[int]:
        """The recipes of the images that a recipe stands on, or takes files from."""
        for stage in self.recipes[index].stages.values():
            names = [stage.base, *[each for step in stage.steps for each in step.reads]]
            for name in names:
                found = self.base_recipe(index, name) if isinstance(name, str) else None
                if found is not None:
                    yield found

    def _build(self, index: int, number: int) -> Chain:
        recipe = self.recipes[index]
        stage = recipe.stages[number]
        below = self._below(index, number)
        starts = {number: len(below.layers)}
        if isinstance(stage.base, int):
            starts |= below.starts
        layers, names, ground = list(below.layers), list(below.names), below.ground
        for step in stage.steps:
            layer, ground = self.layer(index, step, names[-1], ground)
            layers.append(layer)
            names.append(digest(names[-1], layer.id) if step.is_linked else layer.id)
        return Chain(tuple(layers), tuple(names), ground, starts)

    def _below(self, index: int, number: int) -> Chain:
        stage = self.recipes[index].stages[number]
        base = stage.base
        if isinstance(base, int):
            return self.chain(index, base)
        if base is not None and base.lower() == SCRATCH:
            return Chain((), (SCRATCH,), Ground(SCRATCH), {})
        found = self._local(index, base, stage.place) if base else None
        return found or self._external(index, number, base)

    def _external(self, index: int, number: int, base: str | None) -> Chain:
        """A base that is not in the fleet, as one layer; where its name is not known, it is like no other."""
        recipe = self.recipes[index]
        stage = recipe.stages[number]
        named = normal(base) if base else (stage.place.path, stage.place.line, recipe.name)
        id_ = _named(digest("base", named, self._platform(recipe, number)))
        if id_ not in self.known:
            size = size_of_base(base) if base else None
            instruction = f"FROM {base or stage.written}"
            self.known[id_] = (_layer(id_, instruction, size, stage.place), Ground(base))
        layer, ground = self.known[id_]
        return Chain((layer,), (SCRATCH, id_), ground, {})

    def _local(self, index: int, reference: str, place: Place) -> Chain | None:
        """The chain of an image of the fleet; None where the reference names none that can be below this one."""
        found = self.base_recipe(index, reference)
        if found is None:
            return None
        if found in self._open or len(self._open) >= _MAX_DEPTH:
            reason = "stands on itself" if found in self._open else f"stands on more than {_MAX_DEPTH} images"
            message = f"line {place.line}: {reference} {reason}; it is taken for an image from elsewhere"
            self.problems.append(Problem(place.path, message))
            return None
        self._open.append(index)
        try:
            return self.chain(found, self.recipes[found].target)
        finally:
            self._open.pop()

    def layer(self, index: int, step: Step, below: str, ground: Ground) -> tuple[Layer, Ground]:
        """The layer of a step on what is below it, and the ground above."""
        id_ = self.id_of(index, step, below)
        if id_ not in self.known:
            size, above = weigh(step.weight, ground)
            self.known[id_] = (_layer(id_, step.instruction, size, step.place, step.files), above)
        layer, above = self.known[id_]
        return layer, ground if step.is_linked else above

    def id_of(self, index: int, step: Step, below: str, state: str | None = None) -> str:
        """The id of a step's layer on what is below, in the state that it finds or in another one."""
        reads = [self._read(index, each, step.place) for each in step.reads]
        found = (state or step.state) if step.heeds_state else None
        return _named(digest(None if step.is_linked else below, step.own, found, reads))

    def _read(self, index: int, source: int | str, place: Place) -> str:
        """What names the content of a stage or an image that files are taken from."""
        if isinstance(source, int):
            return self.chain(index, source).name
        found = self._local(index, source, place)
        return found.name if found else normal(self.recipes[index].build.contexts.get(source, source))

    def _platform(self, recipe: Recipe, number: int) -> str:
        stage = recipe.stages[number]
        while stage.platform is None and isinstance(stage.base, int):
            stage = recipe.stages[stage.base]
        platform = stage.platform
        return platform if platform and "$" not in platform else recipe.build.platform or DEFAULT_PLATFORM


def _layer(id_: str, instruction: str, size: Size | None, place: Place, files: tuple[File, ...] = ()) -> Layer:
    return Layer(id_, instruction, size.bytes if size else None, size.basis if size else None, place, files)


def normal(reference: str) -> str:
    """A reference as it is compared: with its tag, `latest` where it has none."""
    from dfopt.knowledge.references import parse_reference

    parsed = parse_reference(reference)
    if parsed is None:
        return reference
    return str(parsed if parsed.tag or parsed.digest else parsed.with_tag("latest"))


def _by_name(recipes: Mapping[int, Recipe]) -> dict[str, int]:
    """The recipes by their images' names; the first of several with one name."""
    found: dict[str, int] = {}
    for index, recipe in recipes.items():
        for name in recipe.build.names:
            found.setdefault(normal(name), index)
    return found


def _named(found: str) -> str:
    return f"dockerfile:{found}"


def _waste(stage: StageRecipe, chain: Chain) -> Iterator[Waste]:
    for loss in stage.losses:
        size = _bytes(loss, chain)
        if size:
            yield Waste(loss.path, size, loss.kind, chain.starts[loss.stage] + loss.step)


def _bytes(loss: Loss, chain: Chain) -> int | None:
    if loss.bytes is not None:
        return loss.bytes
    lists = size_of_lists(chain.ground)
    return lists.bytes if lists else None
