"""A plan: what the final stage holds, from where and why; and why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dfopt.slim.commands import Start
from dfopt.slim.stage.instructions import Roots
from dfopt.syntax.edits import Edit


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is left as it was: a slug to count by, and a sentence for people that says how to go on."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What the final stage starts from, and why: a path, a glob, a package, or a word that is run.

    `is_optional` says that it is kept as far as it is there; without it the build fails where it is missing.
    """

    name: str
    why: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A file that the closure missed: a path or a glob, and what a run without it said."""

    path: str
    said: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a recipe, or the general way, puts into the final stage.

    `roots` is what the closure starts from. Where it is None, the absolute paths in `kept` are copied and nothing else,
    without those that the globs of `drop` mean, but with those of `chosen`, which people want, and without those of
    `rejected`, which they do not want. `preparing` is a shell script that the gathering stage runs before it
    gathers. `edits` change the stages before (a compiler's flag, say). `start` is how the container starts, where the
    recipe knows a shorter way to the same program.
    """

    recipe: str
    title: str
    kept: tuple[Kept, ...]
    roots: Roots | None = None
    edits: tuple[Edit, ...] = ()
    notes: tuple[str, ...] = ()
    preparing: str = ""
    drop: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    start: Start | None = None
    base: str = "scratch"
    """The image that the final stage is built on."""


@dataclass(frozen=True, slots=True)
class Names:
    """The stages' names: the one that builds the image as before, the one that gathers, and the final one."""

    original: str
    gathering: str
    final: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the writer needs; `restated` are the final stage's instructions behind its COPYs."""

    target: int
    names: Names
    contents: Contents
    restated: tuple[str, ...]
    notes: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    passed_over: Mapping[str, Refusal] = field(default_factory=dict)
    """Recipes that know the ecosystem but were not sure, with the reason."""
