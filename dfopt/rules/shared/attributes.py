"""Owners and modes that one layer changes of what another one brought: all bytes of these files ship twice."""

from collections.abc import Iterator

from dfopt.frozen import frozen
from dfopt.model.copies import CopyFacts, Source, SourceKind
from dfopt.model.effects import Effect, EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.paths import is_below
from dfopt.model.stages import Stage
from dfopt.rules.chains import delete
from dfopt.rules.diagnostic import Change
from dfopt.rules.editing import insert_flag, remove
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Add, Copy, Run, Workdir

_WRITES_A_LINE = frozenset(("cat", "echo", "envsubst", "ln", "mkdir", "printf", "sed", "tee", "touch"))
_MAKES_USERS = frozenset(("addgroup", "adduser", "groupadd", "useradd", "usermod"))


@frozen()
class Duplication:
    """A command that changes the attributes of what earlier layers wrote."""

    command: Invocation
    written: tuple[Effect, ...]

    @property
    def files(self) -> str:
        """The first of the paths, the line that wrote it, and how many more there are."""
        first = self.written[0]
        more = f" and {len(self.written) - 1} more" if len(self.written) > 1 else ""
        return f"{first.path} (line {first.by.span.start.line}){more}"


def duplications(stage: Stage, model: Model, kind: EffectKind) -> Iterator[Duplication]:
    """The commands of a stage of the final image that change what other layers of it wrote, where that is certain."""
    final = model.final_stage
    if final is None or stage not in final.lineage:
        return
    found: dict[Invocation, list[Effect]] = {}
    for rewrite in stage.rewrites:
        earlier, later = rewrite.earlier, rewrite.later
        if later.kind is kind and later.command and _is_copied_up(earlier, later):
            found.setdefault(later.command, []).append(earlier)
    for command, written in found.items():
        yield Duplication(command, tuple(sorted(written, key=lambda each: not each.is_folder)))


def copy_to_mend(duplication: Duplication) -> CopyFacts | None:
    """The COPY or ADD that could write the files as the command leaves them: the only one there, of one source."""
    instruction = duplication.written[0].by
    command = duplication.command
    paths = {command.path(word) for word in command.operands[1:]}
    if len(duplication.written) != 1 or paths != {duplication.written[0].path} or len(command.operands) != 2:
        return None
    if not isinstance(instruction, (Copy, Add)) or any(flag.name in ("chown", "chmod") for flag in instruction.flags):
        return None
    copy = next((each for each in command.stage.copies if each.instruction is instruction), None)
    if copy is None or len(copy.sources) != 1 or copy.is_trigger:
        return None
    return None if copy.is_add and not _is_plain(copy.sources[0]) else copy


def is_alone_in(folder: str, copy: CopyFacts, command: Invocation) -> bool:
    """Whether a COPY is all that writes into a folder before a command, as far as RUNs don't name it or start in it."""
    for effect in copy.stage.effects_of_lineage:
        is_write = effect.kind in (EffectKind.CREATE, EffectKind.MODIFY) and not isinstance(effect.by, Workdir)
        if is_write and effect.by is not copy.instruction and is_below(effect.path, folder):
            return False
    earlier = (run for stage in copy.stage.lineage for run in stage.runs if run is not command.run)
    return not any(
        run.instruction.span.start < command.run.instruction.span.start
        and (folder in run.instruction.code or is_below(run.workdir or "", folder))
        for run in earlier
    )


def makes_no_users_between(copy: CopyFacts, command: Invocation) -> bool:
    """Whether no user or group can have been made between a COPY and a command of the same stage."""
    start, end = copy.instruction.span.start, command.run.instruction.span.start
    between = [each for each in command.stage.instructions if isinstance(each, Run) and start < each.span.start < end]
    before = command.run.commands[: command.index]
    return not between and not any(each.program in _MAKES_USERS or "/" in each.command.name for each in before)


def moved_into_copy(
    copy: CopyFacts, command: Invocation, flag: str
) -> tuple[tuple[Edit, ...], frozenset[Change]] | None:
    """Edits that give COPY a flag and take a command, or the RUN that is nothing but the command, out."""
    run = command.run.instruction
    if command.is_conditional or command.redirects or command.is_wrapped or not isinstance(run, Run):
        return None
    if len(command.run.commands) == 1 and not command.context:
        edits, declares = remove(run), frozenset((Change.INSTRUCTIONS,))
    else:
        edits, declares = delete(command), frozenset[Change]()
    return (insert_flag(copy.instruction, flag) + edits, declares) if edits else None


def _is_plain(source: Source) -> bool:
    """Whether ADD does with a source what COPY does."""
    return source.kind is SourceKind.CONTEXT and not source.is_archive


def _is_copied_up(earlier: Effect, later: Effect) -> bool:
    if not (earlier.certain and later.certain and later.covers(earlier.path)):
        return False
    if earlier.command is not None and earlier.command.program in _WRITES_A_LINE:
        return False
    return later.recursive or not earlier.is_folder
