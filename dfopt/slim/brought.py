"""Where COPY and ADD put things: what a person brought into the image, which the closure keeps whole."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dfopt.model import CopyFacts, Effect, EffectKind, Source, SourceKind, Stage, is_exact, join_path
from dfopt.model.shell_values import substitute
from dfopt.syntax.nodes import Add, Copy

_SHARED = re.compile(
    r"/|/(bin|boot|dev|etc|home|lib|lib32|lib64|libx32|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)"
    r"|/usr/(local/)?(bin|etc|include|lib|lib64|libexec|sbin|share|src)|/usr/local|/var/(cache|lib|log|opt|run|spool|tmp)"
)
_KEPT_ANYWAY = re.compile(r"/usr/local(/.*)?")
_FOR_AUTHORS = re.compile(r"/(home|media|mnt|opt|root|srv|tmp)|/usr/src")
"""Shared folders in which nothing or little is the system's: copied into, they are an application's."""
_UNKNOWN = re.compile(r"\$\{[^}]*\}|\$\w+|`[^`]*`|[?~][^/]*")


@dataclass(frozen=True, slots=True)
class Brought:
    """Places: exact ones, globs where they are known in part only, and whether the root itself was filled unseen."""

    places: tuple[str, ...]
    globs: tuple[str, ...]
    fills_root: bool


def is_shared(folder: str) -> bool:
    """Whether a folder is the system's, not an application's own, however much is copied into it."""
    return _SHARED.fullmatch(folder) is not None


def brought_by(stages: tuple[Stage, ...], folder: str, env: Mapping[str, str]) -> Brought:
    """What the COPYs and ADDs of some stages bring; in a folder of the system, what is in the context for it.

    `folder` is the working directory of the image below them, `env` its variables. A place that begins with a variable
    of unknown value is looked for anywhere.
    """
    places = (substitute(place, env) for stage in stages for place in _of_stage(stage, folder))
    found = dict.fromkeys(
        f"/**/{place.partition('/')[2]}" if place.startswith("$") else join_path(folder, place) for place in places
    )
    exact = [place for place in found if is_exact(place) and place.startswith("/")]
    rest = [_UNKNOWN.sub("*", place) for place in found if place not in exact and place != "/**"]
    globs = [place for place in rest if place.startswith("/") and place.strip("/*")]
    return Brought(tuple(exact), tuple(dict.fromkeys(globs)), not found.keys().isdisjoint(("/**", "/**/", "/**/**")))


def _of_stage(stage: Stage, folder: str) -> Iterator[str]:
    copies = {id(copy.instruction): copy for copy in stage.copies}
    for effect in stage.effects:
        if effect.kind is EffectKind.CREATE and isinstance(effect.by, (Copy, Add)):
            yield from _places(copies[id(effect.by)], effect, join_path(folder, effect.path))


def _places(copy: CopyFacts, effect: Effect, path: str) -> Iterator[str]:
    if not (effect.recursive and is_shared(path)) or _FOR_AUTHORS.fullmatch(path):
        yield path
        return
    source = next((each for each in copy.sources if each.text == effect.source), None)
    inside = _inside(copy, source) if source else []
    yield from inside
    if source and source.name and not inside:
        yield join_path(path, source.name)
    if not inside and not _KEPT_ANYWAY.fullmatch(path):
        yield f"{path.rstrip('/')}/**"


def _inside(copy: CopyFacts, source: Source) -> list[str]:
    return [place for place, _ in _placed(copy, source)]


def _placed(copy: CopyFacts, source: Source) -> Iterator[tuple[str, str]]:
    """The places of the context's files that a source puts into the destination, and these files."""
    context = copy.stage.model.context
    if context is None or source.kind is not SourceKind.CONTEXT or (copy.is_add and source.is_archive):
        return
    top = source.text.strip("/").removeprefix("./").strip(".").rstrip("/")
    is_folder = not source.has_glob and context.is_folder(source.text)
    is_renamed = not is_folder and not copy.into_folder and not source.has_glob
    for file in context.matches(source.text):
        name = file[len(top) :].lstrip("/") if is_folder else file.rpartition("/")[2]
        yield copy.destination if is_renamed else join_path(copy.destination, name), file


def placed_files(stages: tuple[Stage, ...], folder: str) -> dict[str, str]:
    """The files of the context by their places in the image; empty where the context is not known."""
    copies = [copy for stage in stages for copy in stage.copies if not copy.is_trigger and copy.from_ is None]
    placed = [found for copy in copies for source in copy.sources for found in _placed(copy, source)]
    return {join_path(folder, place): file for place, file in placed}
