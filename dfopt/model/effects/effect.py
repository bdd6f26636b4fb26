"""What one instruction does to one path."""

from enum import StrEnum
from typing import TYPE_CHECKING

from dfopt.frozen import frozen
from dfopt.model.paths import is_below
from dfopt.syntax.nodes import Instruction

if TYPE_CHECKING:
    from dfopt.model.invocations import Invocation


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
    """goes away to `target`; what appears there is a CREATE of its own"""


@frozen(kw_only=True, eq=False)
class Effect:
    """One path and what happens to it in one layer.

    `path` is absolute where that is known, and keeps globs and variables that are not. `certain` is False where a
    glob, a variable, a condition or the program's ways make it a guess. `recursive` says that all below the path is
    meant too, `contents_only` that the folder itself is not (`rm -rf /tmp/*`). `by` is the instruction, one layer each;
    `command` is None for COPY, ADD and WORKDIR. `source` is what it comes from: the other path of a move, copy or link,
    the address of a download, the archive that is unpacked. `cache_of` names the package manager whose cache or index
    it is.
    """

    kind: EffectKind
    path: str
    by: Instruction
    command: "Invocation | None" = None
    certain: bool = True
    recursive: bool = False
    contents_only: bool = False
    is_folder: bool = False
    source: str | None = None
    target: str | None = None
    cache_of: str | None = None

    def covers(self, path: str) -> bool:
        """Whether it is about all that is at a path: about the path itself, or a whole folder around it.

        What empties a folder (`contents_only`) covers the folder too.
        """
        return path == self.path or (self.recursive and is_below(path, self.path))


@frozen(eq=False)
class Rewrite:
    """Bytes that ship twice or in vain: `earlier` wrote them in one layer, `later` takes or changes them in another."""

    earlier: Effect
    later: Effect
