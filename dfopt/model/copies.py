"""`CopyFacts`: what COPY and ADD bring into the image, and from where."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from dfopt.frozen import frozen
from dfopt.model.paths import join_path
from dfopt.syntax.nodes import Add, Copy, Heredoc, Onbuild, Token

if TYPE_CHECKING:
    from dfopt.model.stages import Stage

_URL = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
_GIT = re.compile(r"git@|git://|ssh://|https?://.*\.git(?:[?#].*)?$", re.IGNORECASE)
_HEREDOC = re.compile(r"[0-9]*<<-?")
_ARCHIVE = re.compile(r"\.(?:tar(?:\.(?:gz|bz2|xz|zst|lzma|Z))?|t[gbx]z2?|tzst)$", re.IGNORECASE)
_GLOB = re.compile(r"[*?\[]")


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


@frozen()
class Source:
    """One source: `text` is expanded, `word` is where it stands, `heredoc` the content that stands in the file."""

    kind: SourceKind
    text: str
    word: Token
    heredoc: Heredoc | None = None

    @property
    def name(self) -> str:
        """The last part of its path or address; the name of a here-document; empty for a folder's content (`.`)."""
        if self.heredoc:
            return self.heredoc.name
        path = re.split(r"[?#]", self.text)[0] if self.kind in (SourceKind.URL, SourceKind.GIT) else self.text
        name = path.rstrip("/").rpartition("/")[2]
        return "" if name in (".", "..") else name

    @property
    def has_glob(self) -> bool:
        """Whether it is a pattern."""
        return self.heredoc is None and _GLOB.search(self.text) is not None

    @property
    def is_archive(self) -> bool:
        """Whether its name is that of a tar archive, which ADD unpacks when it is in the context."""
        return _ARCHIVE.search(self.name) is not None


@frozen(eq=False)
class CopyFacts:
    """One COPY or ADD.

    `destination` is absolute where the working directory is known, without its final slash; `into_folder` says that it
    is certainly a folder. `from_` is the text of `--from`, `from_stage` the earlier stage it names.
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
        """The files of the context that it picks up, `--exclude` not heeded; None where the context is not known."""
        context = self.stage.model.context
        if context is None:
            return None
        patterns = [source.text for source in self.sources if source.kind is SourceKind.CONTEXT]
        return tuple(dict.fromkeys(path for pattern in patterns for path in context.matches(pattern)))


def read_copies(stage: "Stage") -> tuple[CopyFacts, ...]:
    """The COPYs and ADDs of a stage."""
    found = []
    for instruction in stage.instructions:
        if isinstance(instruction, (Copy, Add)):
            found.append(_read(stage, instruction))
        elif isinstance(instruction, Onbuild) and isinstance(instruction.trigger, (Copy, Add)):
            found.append(_read(stage, instruction.trigger, is_trigger=True))
    return tuple(found)


def _read(stage: "Stage", instruction: Copy | Add, *, is_trigger: bool = False) -> CopyFacts:
    flags = {flag.name: flag.value or "" for flag in instruction.flags}
    from_ = flags.get("from") or None
    from_stage = stage.source_stage(from_) if from_ else None
    destination = _expanded(stage, instruction, instruction.destination)
    sources = tuple(_sources(stage, instruction, from_, from_stage))
    folder = stage.config_at(instruction).workdir
    return CopyFacts(
        instruction=instruction,
        stage=stage,
        is_trigger=is_trigger,
        sources=sources,
        destination=join_path(folder, destination),
        into_folder=len(sources) > 1 or destination in (".", "..") or destination.endswith(("/", "/.")),
        from_=from_,
        from_stage=from_stage,
        chown=_expanded(stage, instruction, flags["chown"]) if "chown" in flags else None,
        chmod=_expanded(stage, instruction, flags["chmod"]) if "chmod" in flags else None,
        link="link" in flags and flags["link"].lower() not in ("false", "0"),
        exclude=tuple([flag.value for flag in instruction.flags if flag.name == "exclude" and flag.value]),
    )


def _sources(
    stage: "Stage", instruction: Copy | Add, from_: str | None, from_stage: "Stage | None"
) -> Iterator[Source]:
    heredocs = iter(instruction.heredocs)
    for word, value in zip(instruction.items[:-1], instruction.sources, strict=True):
        heredoc = next(heredocs, None) if instruction.heredocs and _HEREDOC.match(value) else None
        if heredoc:
            yield Source(SourceKind.HEREDOC, heredoc.name, word, heredoc)
            continue
        text = _expanded(stage, instruction, value)
        if from_:
            kind = SourceKind.STAGE if from_stage else SourceKind.IMAGE
        else:
            kind = _kind(text) if isinstance(instruction, Add) else SourceKind.CONTEXT
        yield Source(kind, text, word)


def _kind(text: str) -> SourceKind:
    if _GIT.match(text):
        return SourceKind.GIT
    return SourceKind.URL if _URL.match(text) else SourceKind.CONTEXT


def _expanded(stage: "Stage", instruction: Copy | Add, word: str) -> str:
    return stage.model.expand(word, instruction) if _NEEDS_EXPANSION.search(word) else word


_NEEDS_EXPANSION = re.compile(r"""[$'"\\`]""")
