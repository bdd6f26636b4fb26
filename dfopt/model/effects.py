"""Layer effects: what each instruction creates, changes and deletes in an abstract file system."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dfopt.model.paths import is_below
from dfopt.syntax.nodes import Instruction

if TYPE_CHECKING:
    from dfopt.model.invocations import Invocation
    from dfopt.model.stages import Stage


class EffectKind(StrEnum):
    """What happens to a path."""

    CREATE = "create"
    """written as a whole: a new file or folder, or one that replaces an old one"""
    MODIFY = "modify"
    """changed in part or added to"""
    DELETE = "delete"
    CHMOD = "chmod"
    CHOWN = "chown"
    MOVE = "move"
    """`path` goes away to `target`"""


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """One path and what happens to it in one layer.

    `path` is absolute (`~` is the home folder where it is not known). `certain` is False where a glob, a variable or a
    condition makes it a guess; a glob stays in `path`. `recursive` says that all below the path is meant. `by` is the
    instruction, one layer each; `command` is None for COPY, ADD and WORKDIR. `source` is what it comes from: the
    other path of a move, a copy or a link, the address of a download, the archive that is unpacked.
    """

    kind: EffectKind
    path: str
    by: Instruction
    command: "Invocation | None" = None
    certain: bool = True
    recursive: bool = False
    source: str | None = None
    target: str | None = None
    is_folder: bool | None = None

    def touches(self, path: str) -> bool:
        """Whether it is about the path itself or something around or below it."""
        return is_below(self.path, path) or (self.recursive and is_below(path, self.path))


def read_effects(stage: "Stage") -> tuple[Effect, ...]:
    """The effects of a stage's own instructions, those that ONBUILD triggers left out."""
    raise NotImplementedError
