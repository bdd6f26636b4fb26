"""Common bases: packages that several Dockerfiles install on the same image."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import combinations

from dfopt.frozen import frozen
from dfopt.layers.answers import Change, Proposal, ProposalKind
from dfopt.layers.builds import Build
from dfopt.layers.fleet import Place
from dfopt.layers.pricing import Ground, suite_of, weigh
from dfopt.layers.proposals.texts import spoken
from dfopt.layers.proposals.trial import StageKey, Trial
from dfopt.layers.reading.recipe import read_recipe
from dfopt.layers.recipes import Install, StageRecipe, Weight
from dfopt.layers.resolving import normal

_MOST_COMPARED = 200
"""FROMs of one image that are compared with each other, those that install the most."""
_MOST_BASES = 5
"""Bases that are proposed for one image."""


Packages = frozenset[tuple[str, bool]]
"""Packages by name, each with whether what it recommends is installed too: a base must not take that away."""


@frozen()
class _Root:
    """A FROM on an image from elsewhere: the recipes that stand on it, and the packages that each of them asks for."""

    key: StageKey
    recipes: tuple[int, ...]
    packages: Packages
    stage: StageRecipe


def common_bases(trial: Trial) -> Iterator[Proposal]:
    """For each image that FROMs name, the bases with packages that several of them install."""
    for reference, roots in sorted(_roots(trial).items()):
        remaining = [root for root in roots if root.packages]
        for number in range(_MOST_BASES):
            packages = _best(reference, remaining)
            members = [root for root in remaining if packages and packages <= root.packages]
            if len(members) < 2:
                break
            proposal = _proposal(trial, reference, members, packages, number + 1)
            if proposal is None:
                break
            yield proposal
            remaining = [root for root in remaining if root not in members]


def _roots(trial: Trial) -> Mapping[str, list[_Root]]:
    """The FROMs whose base has prices, and is the same in all builds, by what they name."""
    recipes: dict[tuple[str, StageKey], list[int]] = defaultdict(list)
    stages: dict[StageKey, StageRecipe] = {}
    for index, recipe in trial.resolver.recipes.items():
        lowest = _lowest(recipe.stages, recipe.target)
        stage = recipe.stages[lowest]
        base = stage.base
        if isinstance(base, str) and trial.resolver.base_recipe(index, base) is None and suite_of(base):
            key = (recipe.build.dockerfile, lowest)
            recipes[normal(base), key].append(index)
            stages[key] = stage
    found: dict[str, list[_Root]] = defaultdict(list)
    installed = _installed(trial)
    for (base, key), indices in sorted(recipes.items()):
        if len({stage.base for stage in trial.versions(key)}) > 1:
            continue
        packages = frozenset.intersection(*[installed.get(index, frozenset()) for index in indices])
        found[base].append(_Root(key, tuple(indices), packages, stages[key]))
    return found


def _lowest(stages: Mapping[int, StageRecipe], number: int) -> int:
    while isinstance(base := stages[number].base, int):
        number = base
    return number


def _installed(trial: Trial) -> Mapping[int, Packages]:
    """By recipe, the packages that layers of known size ask for without a version."""
    found: dict[int, set[tuple[str, bool]]] = defaultdict(set)
    for standing in trial.standings():
        if standing.layer.bytes is not None:
            for install in standing.step.weight.installs:
                names = () if install.is_pinned else install.names
                found[standing.recipe].update((name, install.recommends) for name in names)
    return {index: frozenset(packages) for index, packages in found.items()}


def _best(reference: str, roots: Sequence[_Root]) -> Packages:
    """The packages that two FROMs have in common, and that weigh the most over all FROMs that have them."""
    compared = sorted(roots, key=lambda root: (-len(root.packages), root.key))[:_MOST_COMPARED]
    candidates = {one.packages & other.packages for one, other in combinations(compared, 2)} - {Packages()}

    def worth(packages: Packages) -> tuple[int, list[tuple[str, bool]]]:
        members = sum(packages <= root.packages for root in roots)
        return (members - 1) * _bytes(reference, packages), sorted(packages)

    return max(candidates, key=worth, default=Packages())


@lru_cache(16384)
def _bytes(reference: str, packages: Packages) -> int:
    installs = tuple([Install(names, recommends, is_pinned=False) for recommends, names in _by_option(packages)])
    size, _ = weigh(Weight(installs=installs), Ground(reference))
    return size.bytes if size else 0


def _by_option(packages: Packages) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """The names that are installed without what they recommend, then those with it."""
    for recommends in (False, True):
        if names := sorted(name for name, each in packages if each is recommends):
            yield recommends, tuple(names)


def _proposal(
    trial: Trial, reference: str, members: Sequence[_Root], packages: Packages, number: int
) -> Proposal | None:
    name = _name(reference, number)
    path = f"{name}.Dockerfile"
    text = _dockerfile(reference, packages)
    base = read_recipe(Build(path, None, (name,)), text.encode())
    changed = trial.changed({root.key: partial(_standing_on, name=name, reference=reference) for root in members})
    saving = trial.saving({**changed, len(trial.resolver.recipes): base})
    if saving is None or saving.bytes is None:
        return None
    places = tuple([root.stage.place for root in members])
    names = ", ".join(sorted(name for name, _ in packages))
    return Proposal(
        kind=ProposalKind.BASE,
        message=f"Build {name} from {reference} with {names}, and let {spoken(places)} stand on it.",
        bytes=saving.bytes,
        basis=saving.basis,
        images=trial.names(index for root in members for index in root.recipes),
        places=(Place(path, 1), *places),
        changes=(Change(path, 0, 0, text), *[Change(root.key[0], *root.stage.span, name) for root in members]),
    )


def _standing_on(stage: StageRecipe, *, name: str, reference: str) -> StageRecipe:
    return replace(stage, base=name) if isinstance(stage.base, str) and normal(stage.base) == reference else stage


def _name(reference: str, number: int) -> str:
    plain = re.sub(r"[^a-z0-9.]+", "-", reference.partition("@")[0].lower()).strip("-.")
    return f"{plain}-base" if number == 1 else f"{plain}-base-{number}"


def _dockerfile(reference: str, packages: Packages) -> str:
    lines = [f"FROM {reference}", "RUN apt-get update \\"]
    for recommends, names in _by_option(packages):
        lines.append(f"    && apt-get install -y {'' if recommends else '--no-install-recommends '}\\")
        lines += [f"        {name} \\" for name in names]
    return "\n".join([*lines, "    && rm -rf /var/lib/apt/lists/*\n"])
