"""The effects of a stage's instructions, in the order of the file."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from dfopt.model.copies import CopyFacts, Source, SourceKind
from dfopt.model.effects.effect import Effect, EffectKind
from dfopt.model.effects.programs import PROGRAMS, redirect_effects
from dfopt.model.paths import join_path
from dfopt.syntax.nodes import Add, Copy, Run, Workdir

if TYPE_CHECKING:
    from dfopt.model.runs import RunFacts
    from dfopt.model.stages import Stage


def read_effects(stage: "Stage") -> tuple[Effect, ...]:
    """The effects of a stage's own instructions, those that ONBUILD triggers left out."""
    runs = {id(run.instruction): run for run in stage.runs}
    copies = {id(copy.instruction): copy for copy in stage.copies}
    found: list[Effect] = []
    for instruction in stage.instructions:
        if isinstance(instruction, Run):
            found += runs[id(instruction)].effects
        elif isinstance(instruction, (Copy, Add)):
            found += copy_effects(copies[id(instruction)])
        elif isinstance(instruction, Workdir):
            folder = join_path(
                stage.config_at(instruction).workdir,
                stage.model.expand(instruction.argument.value.strip(), instruction),
            )
            if folder != "/":
                found.append(Effect(kind=EffectKind.CREATE, path=folder, by=instruction, is_folder=True))
    return tuple(found)


def run_effects(run: "RunFacts") -> Iterator[Effect]:
    """The effects of a RUN on its layer: what is below a mount is not in it."""
    for command in run.commands:
        handler = PROGRAMS.get(command.program)
        effects = [
            *(handler(command) if handler else ()),
            *(command.package_command.effects if command.package_command else ()),
            *redirect_effects(command),
        ]
        for effect in effects:
            if not run.mounts or run.mount_over(effect.path) is None:
                yield replace(effect, certain=False) if effect.certain and command.is_conditional else effect


def copy_effects(copy: CopyFacts) -> Iterator[Effect]:
    """What a COPY or ADD writes."""
    for source in copy.sources:
        path, is_certain, is_folder = _target(copy, source)
        yield Effect(
            kind=EffectKind.CREATE,
            path=path,
            by=copy.instruction,
            certain=is_certain,
            recursive=is_folder,
            is_folder=is_folder,
            source=source.text,
        )


def _target(copy: CopyFacts, source: Source) -> tuple[str, bool, bool]:
    """The path of what a source becomes, whether that is certain, and whether a whole folder is written."""
    inside = join_path(copy.destination, source.name)
    if source.kind is SourceKind.GIT or (copy.is_add and source.is_archive and source.kind is SourceKind.CONTEXT):
        return copy.destination, True, True
    if source.kind in (SourceKind.HEREDOC, SourceKind.URL):
        return (inside if copy.into_folder else copy.destination), True, False
    if not source.name or source.text.endswith("/") or source.has_glob:
        return copy.destination, not source.has_glob, True
    context = copy.stage.model.context
    if source.kind is SourceKind.CONTEXT and context is not None and context.exists(source.text):
        if context.is_folder(source.text):
            return copy.destination, True, True
        return (inside, True, False) if copy.into_folder else (copy.destination, True, False)
    has_suffix = "." in source.name.lstrip(".")
    if copy.into_folder:
        return (inside, has_suffix, False) if has_suffix else (copy.destination, False, True)
    return copy.destination, has_suffix, not has_suffix
