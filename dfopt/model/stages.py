"""Stages: what each builds on, what it takes from others, and its configuration at every point."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeVar, cast

from dfopt.cached import cached_property
from dfopt.model.config import Config
from dfopt.model.copies import CopyFacts, read_copies
from dfopt.model.effects import Effect, Rewrite, find_rewrites, read_effects
from dfopt.model.evaluation import config_of_base, evaluate
from dfopt.model.invocations import Invocation
from dfopt.model.packages import PackageCommand
from dfopt.model.runs import RunFacts, read_runs
from dfopt.model.scopes import AllBut, expand_known, is_resolved
from dfopt.model.windows import is_windows_image, is_windows_shell
from dfopt.syntax.nodes import Add, Copy, From, Instruction, Onbuild, Run, Shell
from dfopt.syntax.words import references

if TYPE_CHECKING:
    from dfopt.model.model import Model

InstructionT = TypeVar("InstructionT", bound=Instruction)

SCRATCH = "scratch"

MAX_DEPTH = 100
"""Real files have five stages on top of each other; longer chains than this one only cost time and memory."""


class Stage:
    """One stage: a FROM and the instructions below it.

    `name` is as written (None where there is none), `index` counts from 0. `all_stages` are those of the file and
    `named` the same by their name in small letters, both still growing while it is made.
    """

    def __init__(
        self,
        model: "Model",
        index: int,
        from_: From,
        instructions: tuple[Instruction, ...],
        all_stages: Sequence["Stage"],
        named: Mapping[str, Sequence["Stage"]],
    ) -> None:
        self.model = model
        self.index = index
        self.from_ = from_
        self.instructions = instructions
        self.name = from_.stage.value if from_.stage else None
        self._all = all_stages
        self._named = named

    def __repr__(self) -> str:
        return f"<Stage {self.index} {self.name or ''} from {self.from_.image.value}>"

    # What it builds on

    @cached_property
    def base(self) -> str | None:
        """FROM's image or stage, expanded; None where a variable has no value without a `--build-arg`."""
        written = self.from_.image.value
        text = expand_known(written, self.model.global_variables, self.model.escape, unset=AllBut())
        return text if text and is_resolved(text) else None

    @cached_property
    def base_stage(self) -> "Stage | None":
        """The earlier stage that FROM names; below a chain of `MAX_DEPTH` stages it is not looked for."""
        found = self._named_base
        return found if found and found.depth < MAX_DEPTH else None

    @cached_property
    def depth(self) -> int:
        """The number of local stages below it."""
        return self.base_stage.depth + 1 if self.base_stage else 0

    @cached_property
    def _named_base(self) -> "Stage | None":
        return self._find(self.base) if self.base else None

    @property
    def external_base(self) -> str | None:
        """The image reference of FROM; None for `scratch`, for a local stage and where it is not known."""
        return None if self._named_base or self.is_scratch else self.base

    @property
    def is_scratch(self) -> bool:
        """Whether FROM itself says `scratch`."""
        return self.base == SCRATCH and self._named_base is None

    @cached_property
    def platform(self) -> str | None:
        """The value of `--platform`, expanded as far as it is known."""
        flag = self.from_.flag("platform")
        if flag is None or flag.value is None:
            return None
        return expand_known(flag.value, self.model.global_variables, self.model.escape, unset=AllBut())

    @cached_property
    def lineage(self) -> tuple["Stage", ...]:
        """This stage and the local stages below it, this one first."""
        found = [self]
        while below := found[-1].base_stage:
            found.append(below)
        return tuple(found)

    @property
    def root_base(self) -> str | None:
        """What the lowest stage of the lineage is built from: an image, `scratch`, or None where it is not known."""
        return self.lineage[-1].base

    @cached_property
    def is_windows(self) -> bool:
        """Whether it runs on Windows, by its base, its platform, a SHELL of the lineage or the backtick directive."""
        lowest = self.lineage[-1]
        if (self.platform or lowest.platform or "").lower().startswith("windows"):
            return True
        if is_windows_image(lowest.base or lowest.from_.image.value) or lowest.model.escape == "`":
            return True
        shells = (shell for stage in self.lineage for shell in stage.instructions_of(Shell))
        return any(is_windows_shell(shell.command.values) for shell in shells)

    # The graph

    @property
    def is_final(self) -> bool:
        """Whether a build without `--target` gives this stage."""
        return self is self.model.stages[-1]

    @cached_property
    def dependencies(self) -> tuple["Stage", ...]:
        """The stages it needs: by FROM, `COPY --from` and `--mount=from`, each once, in the order of the file.

        Where a variable is part of the name, every stage that some value of it could name is one.
        """
        found = self._matching(self.from_.image.value)
        if self.base_stage:
            found.append(self.base_stage)
        for instruction in (each for each in (*self._with_triggers(),) if isinstance(each, (Copy, Add, Run))):
            for flag in instruction.flags:
                if name := _from_of(flag.name, flag.value):
                    source = self.source_stage(name)
                    found += [source] if source else self._matching(name)
        return tuple(sorted(dict.fromkeys(found), key=lambda stage: stage.index))

    @property
    def used_by(self) -> tuple["Stage", ...]:
        """The stages that need this one directly."""
        return self.model.users_of_stages[self.index]

    @property
    def is_needed(self) -> bool:
        """Whether a build of the final stage builds this one."""
        return self.index in self.model.needed_stages

    def source_stage(self, name: str) -> "Stage | None":
        """The earlier stage that a `from` of COPY, ADD or a mount names: by its name, or by its index."""
        if name.isdecimal():
            return self._all[int(name)] if int(name) < self.index else None
        return self._find(name)

    # Its instructions and their facts

    def instructions_of(self, kind: type[InstructionT]) -> tuple[InstructionT, ...]:
        """Its instructions of a kind, those that ONBUILD triggers left out."""
        return cast("tuple[InstructionT, ...]", self._by_kind.get(kind, ()))

    @cached_property
    def triggered(self) -> tuple[Instruction, ...]:
        """What the ONBUILDs of the local stage that FROM names do first of all, before its own instructions."""
        below = self.base_stage
        return tuple([each.trigger for each in below.instructions_of(Onbuild)]) if below else ()

    @cached_property
    def config(self) -> Config:
        """The configuration at the end of the stage."""
        return self._configs[1]

    def config_at(self, instruction: Instruction) -> Config:
        """The configuration that one of its instructions finds, before its own effect."""
        return self._configs[0].get(id(instruction)) or self._first_config

    @cached_property
    def runs(self) -> tuple[RunFacts, ...]:
        """Its RUNs, those that ONBUILD triggers included."""
        return read_runs(self)

    @cached_property
    def copies(self) -> tuple[CopyFacts, ...]:
        """Its COPYs and ADDs, those that ONBUILD triggers included."""
        return read_copies(self)

    @cached_property
    def commands(self) -> tuple[Invocation, ...]:
        """All commands of its RUNs, those that ONBUILD triggers included."""
        return tuple([command for run in self.runs for command in run.commands])

    @cached_property
    def package_commands(self) -> tuple[PackageCommand, ...]:
        """All commands of package managers in its RUNs."""
        return tuple([each for run in self.runs for each in run.package_commands])

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """What its own instructions do to the file system, in the order of the file; see `effects_of_lineage`."""
        return read_effects(self)

    @cached_property
    def effects_of_lineage(self) -> tuple[Effect, ...]:
        """The effects of the local stages below and its own: all layers of its image that this file makes."""
        return tuple([effect for stage in reversed(self.lineage) for effect in stage.effects])

    @cached_property
    def rewrites_of_lineage(self) -> tuple[Rewrite, ...]:
        """What one layer of its image writes and a later one deletes, moves, changes or replaces."""
        return tuple(find_rewrites(self.effects_of_lineage))

    @cached_property
    def rewrites(self) -> tuple[Rewrite, ...]:
        """Those of them whose later layer is one of its own."""
        own = {id(instruction) for instruction in self.instructions}
        return tuple([each for each in self.rewrites_of_lineage if id(each.later.by) in own])

    @cached_property
    def _first_config(self) -> Config:
        below = self.base_stage
        return config_of_base(below.config if below else None, scratch=self.is_scratch, windows=self._scratch_windows)

    @property
    def _scratch_windows(self) -> bool:
        return (self.platform or "").lower().startswith("windows")

    @cached_property
    def _configs(self) -> tuple[dict[int, Config], Config]:
        return evaluate(
            (*self.triggered, *self.instructions),
            self._first_config,
            global_args=self.model.global_args,
            build_args=self.model.build_args,
            escape=self.model.escape,
            windows=self.is_windows,
        )

    @cached_property
    def _by_kind(self) -> Mapping[type[Instruction], tuple[Instruction, ...]]:
        by_kind: dict[type[Instruction], list[Instruction]] = {}
        for instruction in self.instructions:
            by_kind.setdefault(type(instruction), []).append(instruction)
        return {kind: tuple(instructions) for kind, instructions in by_kind.items()}

    def _with_triggers(self) -> Iterator[Instruction]:
        for instruction in self.instructions:
            yield instruction.trigger if isinstance(instruction, Onbuild) else instruction

    def _find(self, name: str) -> "Stage | None":
        found = self._named.get(name.lower(), ())
        above = bisect_left(found, self.index, key=lambda stage: stage.index)
        return found[above - 1] if above else None

    def _matching(self, name: str) -> "list[Stage]":
        """The earlier stages, `MAX_DEPTH` of them at most, that a name with variables, not expanded, can stand for."""
        if "$" not in name:
            return []
        pattern = name.lower()
        for reference in reversed(references(name, self.model.escape)):
            pattern = pattern[: reference.start] + "*" + pattern[reference.end :]
        nearest = self._all[max(0, self.index - MAX_DEPTH) : self.index]
        return [each for each in nearest if each.name and fnmatchcase(each.name.lower(), pattern)]


def _from_of(flag: str, value: str | None) -> str | None:
    if flag == "from":
        return value
    if flag != "mount" or not value:
        return None
    fields = (field.partition("=") for field in value.split(","))
    return next((source for key, _, source in fields if key.strip().lower() == "from"), None)
