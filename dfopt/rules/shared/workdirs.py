"""Which folder the instructions of a stage start in, and what would notice another one."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import NamedTuple

from dfopt.cached import cached_property
from dfopt.model.effects import EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.shared.distributions import runs_as_root
from dfopt.rules.shared.installed import SYSTEM_MANAGERS
from dfopt.rules.shared.whereabouts import ignores_folder
from dfopt.syntax.nodes import Add, Copy, Instruction, Onbuild, Run, Workdir


class Ahead(NamedTuple):
    """What follows an instruction.

    `notices` says whether something in the build would notice another folder, `is_reset` that a WORKDIR with an
    absolute path comes before anything that could, `is_left` that it comes before anything runs in the folder.
    `last_of_its_own` is the last of the RUNs that follow directly and go to a folder of their own, or the instruction
    itself.
    """

    notices: bool
    is_reset: bool
    is_left: bool
    last_of_its_own: Instruction


class _Use(Enum):
    """What an instruction does with the folder that it starts in."""

    NONE = auto()
    LEAVE_AT_ONCE = auto()
    NOTICE = auto()
    SET = auto()


class Folders:
    """The facts of one stage, each worked out once."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._uses: dict[int, _Use] = {}

    def ahead_of(self, instruction: Instruction) -> Ahead:
        """What follows an instruction of the stage."""
        last = before = instruction
        is_left = True
        for each in self._stage.instructions[self._places[id(instruction)] + 1 :]:
            match self._use(each):
                case _Use.SET:
                    return Ahead(notices=False, is_reset=True, is_left=is_left, last_of_its_own=last)
                case _Use.NOTICE:
                    return Ahead(notices=True, is_reset=False, is_left=False, last_of_its_own=last)
                case _Use.LEAVE_AT_ONCE if last is before:
                    last = each
            is_left = is_left and not isinstance(each, Run)
            before = each
        is_base = any(other.base_stage is self._stage for other in self._stage.model.stages)
        return Ahead(notices=is_base, is_reset=False, is_left=False, last_of_its_own=last)

    def exists_before(self, folder: str, instruction: Instruction) -> bool:
        """Whether an instruction in front of another one has made a folder, or something in it."""
        return self._made.get(folder, instruction.span.start.offset) < instruction.span.start.offset

    def may_be_elsewhere(self, folder: str, instruction: Instruction) -> bool:
        """Whether a WORKDIR could come in the place of a `cd` in front, and then bring here what now is in a folder."""
        return any(other != folder for other in self._moves[id(instruction)])

    @cached_property
    def _moves(self) -> Mapping[int, frozenset[str]]:
        """The folders that each `cd` goes to that stands in a RUN in front, as long as nothing notices."""
        found: dict[int, frozenset[str]] = {}
        targets: frozenset[str] = frozenset()
        for instruction in self._stage.instructions:
            found[id(instruction)] = targets
            run = self._stage.model.run(instruction) if isinstance(instruction, Run) else None
            changes = [each for each in run.commands_named("cd") if not each.context] if run else []
            if changes:
                targets |= {each.path(word) for each in changes for word in each.operands[:1] or each.words[:1]}
            elif targets and self._use(instruction) in (_Use.NOTICE, _Use.SET):
                targets = frozenset()
        return found

    @cached_property
    def _places(self) -> Mapping[int, int]:
        return {id(each): index for index, each in enumerate(self._stage.instructions)}

    def _use(self, instruction: Instruction) -> _Use:
        use = self._uses.get(id(instruction))
        if use is None:
            use = self._uses[id(instruction)] = _use(instruction, self._stage.model)
        return use

    @cached_property
    def _made(self) -> Mapping[str, int]:
        """The first byte of the instruction that first makes a path, or something below it."""
        found: dict[str, int] = {}
        for effect in self._stage.effects_of_lineage:
            if effect.kind is EffectKind.CREATE and effect.path.startswith("/"):
                path = effect.path
                while path and path not in found:
                    found[path] = effect.by.span.start.offset
                    path = path.rpartition("/")[0]
        return found


def has_relative_mount(run: RunFacts) -> bool:
    """Whether a mount of a RUN lies in the folder that it starts in."""
    return any(not mount.options.get("target", "/").startswith("/") for mount in run.mounts)


def surely_root(run: RunFacts) -> bool:
    """Whether a RUN runs as root: by USER, by its base, or as one that a system's package manager has worked for."""
    if run.user is not None or runs_as_root(run) is not None:
        return runs_as_root(run) is True
    return any(
        each.manager in SYSTEM_MANAGERS and each.is_install and not each.command.is_wrapped
        for other in run.stage.runs
        if other.user is None and other.instruction.span.start.offset <= run.instruction.span.start.offset
        for each in other.package_commands
    )


def _use(instruction: Instruction, model: Model) -> _Use:
    if isinstance(instruction, Run):
        return _use_of_run(model.run(instruction))
    if isinstance(instruction, (Copy, Add)):
        return _Use.NONE if instruction.destination.startswith("/") else _Use.NOTICE
    if isinstance(instruction, Workdir):
        return _Use.SET if instruction.argument.value.startswith("/") else _Use.NOTICE
    return _Use.NOTICE if isinstance(instruction, Onbuild) else _Use.NONE


def _use_of_run(run: RunFacts | None) -> _Use:
    if run is None or has_relative_mount(run) or may_remove_folders(run):
        return _Use.NOTICE
    first = next((each for each in run.commands if not ignores_folder(each)), None)
    if first is not None:
        return _Use.LEAVE_AT_ONCE if _goes_elsewhere(first) else _Use.NOTICE
    return _Use.NONE if run.commands and not any(each.has_error for each in run.scripts) else _Use.NOTICE


def _goes_elsewhere(command: Invocation) -> bool:
    """Whether a command goes to an absolute path."""
    if command.program != "cd" or command.context or command.connector == "||":
        return False
    return not command.operands or command.value(command.operands[0]).startswith(("/", "~", "$HOME"))


def may_remove_folders(run: RunFacts) -> bool:
    """Whether a RUN may remove the folder that it starts in, which would come again, empty, for the next one."""
    gone = (EffectKind.DELETE, EffectKind.MOVE)
    return any(each.kind in gone and not each.contents_only and each.cache_of is None for each in run.effects)
