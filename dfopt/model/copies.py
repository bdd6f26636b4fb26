"""`CopyFacts`: what COPY and ADD bring into the image, and from where."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dfopt.syntax.nodes import Add, Copy, Heredoc, Token

if TYPE_CHECKING:
    from dfopt.model.stages import Stage


class SourceKind(StrEnum):
    """Where a source of COPY or ADD comes from."""

    CONTEXT = "context"
    """a path or pattern in the build context"""
    STAGE = "stage"
    """a path in an earlier stage"""
    IMAGE = "image"
    """a path in another image, or in a named context"""
    URL = "url"
    GIT = "git"
    HEREDOC = "heredoc"
    """a file whose content stands in the Dockerfile"""


@dataclass(frozen=True, slots=True)
class Source:
    """One source: `text` is expanded, `word` is where it stands, `heredoc` the content that stands in the file."""

    kind: SourceKind
    text: str
    word: Token
    heredoc: Heredoc | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CopyFacts:
    """One COPY or ADD.

    `destination` is absolute where the working directory is known, without its final slash; `into_folder` says that
    what is copied keeps its name below it. `from_` is the text of `--from`, `from_stage` the earlier stage it names.
    """

    instruction: Copy | Add
    stage: "Stage"
    is_trigger: bool
    sources: tuple[Source, ...]
    destination: str
    into_folder: bool
    from_: str | None
    from_stage: "Stage | None"
    chown: str | None
    chmod: str | None
    link: bool
    exclude: tuple[str, ...]

    @property
    def is_add(self) -> bool:
        """Whether it is an ADD, which fetches addresses and unpacks archives of the context."""
        return isinstance(self.instruction, Add)

    @property
    def files(self) -> tuple[str, ...] | None:
        """The files of the context that it picks up; None where the context is not known."""
        raise NotImplementedError


def read_copies(stage: "Stage") -> tuple[CopyFacts, ...]:
    """The COPYs and ADDs of a stage."""
    raise NotImplementedError
