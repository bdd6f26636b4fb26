"""`Model`: what a whole Dockerfile means."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from dfopt.cached import cached_property
from dfopt.model.config import Config
from dfopt.model.context import Context
from dfopt.model.copies import CopyFacts
from dfopt.model.invocations import Invocation
from dfopt.model.packages import PackageCommand
from dfopt.model.runs import RunFacts
from dfopt.model.scopes import PLATFORM_ARGS, AllBut, expand_known
from dfopt.model.stages import MAX_DEPTH, Stage
from dfopt.syntax.nodes import Arg, Dockerfile, From, Instruction, Onbuild
from dfopt.syntax.positions import Lines

InstructionT = TypeVar("InstructionT", bound=Instruction)


class Model:
    """The facts about one parsed file, each computed when it is first asked for.

    `tree` must come from the parser, as offsets are taken from its spans. `context` is the build context, None where
    it is not known (standard input). `build_args` are the values of `--build-arg`. `data` are the bytes that the tree
    was read from, for who has them at hand: putting them together again from the tree takes a while.
    """

    def __init__(
        self,
        tree: Dockerfile,
        context: Context | None = None,
        build_args: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> None:
        self.tree = tree
        self._data = data
        self.context = context
        self.build_args = dict(build_args or {})

    @property
    def escape(self) -> str:
        """The file's escape character."""
        return self.tree.escape

    @cached_property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.tree.bytes if self._data is None else self._data

    @cached_property
    def text(self) -> str:
        """The text of the file; bytes that are not UTF-8 are lone surrogates."""
        return self.data.decode("utf-8", "surrogateescape")

    @cached_property
    def lines(self) -> Lines:
        """The lines of the text, which turn offsets into positions."""
        return Lines(self.text)

    def directive(self, name: str) -> str | None:
        """The value of the parser directive `syntax`, `escape` or `check`."""
        return self.tree.directive(name)

    @cached_property
    def preamble(self) -> tuple[Instruction, ...]:
        """The instructions in front of the first FROM."""
        return self._parts[0]

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """All stages in the order of the file; none where there is no FROM."""
        stages: list[Stage] = []
        named: dict[str, list[Stage]] = {}
        for from_, instructions in self._parts[1]:
            stage = Stage(self, len(stages), from_, instructions, stages, named)
            stages.append(stage)
            if stage.name:
                named.setdefault(stage.name.lower(), []).append(stage)
        # Asked from the first stage to the last, none of them has to go down a long chain for its depth.
        for stage in stages[MAX_DEPTH:]:
            _ = stage.depth
        return tuple(stages)

    @property
    def final_stage(self) -> Stage | None:
        """The stage that a build without `--target` gives."""
        return self.stages[-1] if self.stages else None

    @cached_property
    def global_args(self) -> Mapping[str, str | None]:
        """The arguments in front of the first FROM, expanded; None where one has no value."""
        values: dict[str, str | None] = {}
        known: dict[str, str] = {}
        for instruction in self.preamble:
            if not isinstance(instruction, Arg):
                continue
            for setting in instruction.settings:
                name = setting.name.value
                value = self.build_args.get(name)
                if value is None and setting.value is not None:
                    value = expand_known(setting.value.value, known, self.escape, unset=AllBut())
                values[name] = value
                if value is not None:
                    known[name] = value
        return values

    @cached_property
    def global_variables(self) -> Mapping[str, str]:
        """What FROM's words are expanded with: the global arguments that have a value."""
        platform = {name: value for name, value in self.build_args.items() if name in PLATFORM_ARGS}
        return platform | {name: value for name, value in self.global_args.items() if value is not None}

    def stage(self, key: str | int) -> Stage | None:
        """The stage of that name (whatever its case; the last one of several) or index."""
        if isinstance(key, int):
            return self.stages[key] if 0 <= key < len(self.stages) else None
        return self._stages_by_name.get(key.lower())

    def stage_of(self, instruction: Instruction) -> Stage | None:
        """The stage that an instruction, or what an ONBUILD triggers, stands in; None in front of the first FROM."""
        return self._stage_by_instruction.get(id(instruction))

    def config_at(self, instruction: Instruction) -> Config:
        """The configuration that an instruction finds, before its own effect."""
        stage = self.stage_of(instruction)
        return stage.config_at(instruction) if stage else Config()

    def expand(self, text: str, at: Instruction) -> str:
        """A word of an instruction, expanded; variables that are not known before the build stay as written."""
        stage = self.stage_of(at)
        if stage is None or at is stage.from_:
            return expand_known(text, self.global_variables, self.escape, unset=AllBut())
        return stage.config_at(at).expand(text, self.escape)

    def instructions(self, kind: type[InstructionT]) -> tuple[InstructionT, ...]:
        """All instructions of a kind in all stages, those that ONBUILD triggers left out."""
        return tuple([each for stage in self.stages for each in stage.instructions_of(kind)])

    @cached_property
    def runs(self) -> tuple[RunFacts, ...]:
        """All RUNs, those that ONBUILD triggers included (`is_trigger`)."""
        return tuple([run for stage in self.stages for run in stage.runs])

    def run(self, instruction: Instruction) -> RunFacts | None:
        """The facts of a RUN instruction."""
        return self._runs_by_instruction.get(id(instruction))

    @cached_property
    def copies(self) -> tuple[CopyFacts, ...]:
        """All COPYs and ADDs, those that ONBUILD triggers included."""
        return tuple([copy for stage in self.stages for copy in stage.copies])

    @cached_property
    def commands(self) -> tuple[Invocation, ...]:
        """All commands of all RUNs, in the order of the file."""
        return tuple([command for run in self.runs for command in run.commands])

    def commands_named(self, *programs: str) -> tuple[Invocation, ...]:
        """The commands of these programs, in the order of the file."""
        if len(programs) == 1:
            return tuple(self._commands_by_program.get(programs[0], ()))
        found = [each for program in programs for each in self._commands_by_program.get(program, ())]
        return tuple(sorted(found, key=lambda each: each.start))

    @cached_property
    def package_commands(self) -> tuple[PackageCommand, ...]:
        """All commands of package managers, in the order of the file."""
        return tuple([each for run in self.runs for each in run.package_commands])

    @cached_property
    def users_of_stages(self) -> tuple[tuple[Stage, ...], ...]:
        """For each stage the ones that need it directly."""
        users: list[list[Stage]] = [[] for _ in self.stages]
        for stage in self.stages:
            for dependency in stage.dependencies:
                users[dependency.index].append(stage)
        return tuple([tuple(each) for each in users])

    @cached_property
    def needed_stages(self) -> frozenset[int]:
        """The indices of the stages that a build of the final one builds."""
        pending = list(self.stages[-1:])
        needed = {stage.index for stage in pending}
        while pending:
            new = [stage for stage in pending.pop().dependencies if stage.index not in needed]
            needed.update([stage.index for stage in new])
            pending += new
        return frozenset(needed)

    @cached_property
    def shipped_stages(self) -> frozenset[int]:
        """The indices of the stages whose layers are layers of the image that the file builds."""
        return frozenset([stage.index for stage in self.final_stage.lineage] if self.final_stage else ())

    @cached_property
    def _parts(self) -> tuple[tuple[Instruction, ...], list[tuple[From, tuple[Instruction, ...]]]]:
        preamble: list[Instruction] = []
        parts: list[tuple[From, list[Instruction]]] = []
        for instruction in self.tree.instructions:
            if isinstance(instruction, From):
                parts.append((instruction, []))
            else:
                (parts[-1][1] if parts else preamble).append(instruction)
        return tuple(preamble), [(from_, tuple(instructions)) for from_, instructions in parts]

    @cached_property
    def _stages_by_name(self) -> dict[str, Stage]:
        return {stage.name.lower(): stage for stage in self.stages if stage.name}

    @cached_property
    def _stage_by_instruction(self) -> dict[int, Stage]:
        return {id(each): stage for stage in self.stages for each in (stage.from_, *with_triggers(stage.instructions))}

    @cached_property
    def _runs_by_instruction(self) -> dict[int, RunFacts]:
        return {id(run.instruction): run for run in self.runs}

    @cached_property
    def _commands_by_program(self) -> dict[str, list[Invocation]]:
        by_program: dict[str, list[Invocation]] = {}
        for command in self.commands:
            by_program.setdefault(command.program, []).append(command)
        return by_program


def with_triggers(instructions: Iterable[Instruction]) -> Iterable[Instruction]:
    """Instructions, each ONBUILD followed by what it triggers."""
    for instruction in instructions:
        yield instruction
        if isinstance(instruction, Onbuild):
            yield instruction.trigger
