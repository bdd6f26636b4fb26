"""Recipes: the layers that a Dockerfile makes, before it is known what they stand on.

A recipe is read from one file alone, so files are read on all cores; `dfopt.layers.resolving` puts recipes on each
other and on their bases. All of it is plain data.
"""

from collections.abc import Mapping
from dataclasses import field

from dfopt.frozen import frozen
from dfopt.layers.builds import Build
from dfopt.layers.fleet import Basis, File, Place, WasteKind


@frozen()
class Install:
    """Packages of Debian that a command installs."""

    names: tuple[str, ...]
    recommends: bool
    is_pinned: bool


@frozen()
class Weight:
    """What a layer's bytes are made of; what packages weigh depends on the base.

    `bytes` are those of files, known by `basis`. `lists` says that the package lists of apt stay in the layer. Where
    `is_known` is False something else is written, and the layer's bytes are not known.
    """

    bytes: int = 0
    basis: Basis | None = None
    installs: tuple[Install, ...] = ()
    lists: bool = False
    is_known: bool = True


@frozen()
class Move:
    """Where an instruction could stand as well: above `position` of the stage's layers, inserted at byte `offset`.

    `state` is the state that it would find there.
    """

    position: int
    state: str
    offset: int


@frozen()
class Step:
    """One layer.

    Attributes:
        instruction: as it stands in the file, on one line.
        place: where it stands.
        span: its first byte in the file, and the one behind its line end.
        own: a digest over the instruction after expansion and the files that it takes from the context.
        state: a digest over the environment, user, folder and shell that it finds.
        heeds_state: whether these are part of what names the layer, as for RUN.
        reads: the stages of the file, by index, and the images, by name, that it takes files from.
        is_linked: whether the layer is the same whatever it stands on (`COPY --link`).
        files: what it adds, where that is known, the largest first.
        script: the command in shell form, if it is the same as others but for its spaces and the order of packages.
        sorted: a digest over the instruction with plain spaces and packages in order, where there is a `script`.
        script_span: the bytes of the script.
        moves: where it could stand nearer to the base.
    """

    instruction: str
    place: Place
    span: tuple[int, int]
    own: str
    state: str
    heeds_state: bool
    weight: Weight
    reads: tuple[int | str, ...] = ()
    is_linked: bool = False
    files: tuple[File, ...] = ()
    script: str | None = None
    sorted: str | None = None
    script_span: tuple[int, int] = (0, 0)
    moves: tuple[Move, ...] = ()


@frozen()
class Loss:
    """Waste in the layer of a step, by the stage's and the step's index; `bytes` is None for the lists of apt."""

    path: str
    bytes: int | None
    kind: WasteKind
    stage: int
    step: int


@frozen()
class StageRecipe:
    """One stage.

    `base` is an index of an earlier stage, a reference, or None where it depends on a value that is not known.
    `written` is FROM's image as it stands in the file, at the bytes `span`, `steps` what it adds, and `losses` the
    waste of its whole image.
    """

    base: int | str | None
    written: str
    place: Place
    span: tuple[int, int]
    platform: str | None
    steps: tuple[Step, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()


@frozen()
class Recipe:
    """The stages that a build needs, by their index in the file, in order, and that of the one that becomes the image.

    `name` is that of the image in reports.
    """

    name: str
    build: Build
    stages: Mapping[int, StageRecipe]
    target: int
