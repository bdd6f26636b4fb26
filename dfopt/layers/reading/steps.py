"""The steps of one stage: each instruction that makes a layer."""

import posixpath
import re
from collections.abc import Iterator, Sequence

from dfopt.layers.builds import Build
from dfopt.layers.fleet import Basis, File, Place
from dfopt.layers.reading.context_files import Placed, largest, picked, placed
from dfopt.layers.reading.digests import digest
from dfopt.layers.reading.disk import Disk
from dfopt.layers.reading.moves import moves_of
from dfopt.layers.reading.scripts import sorted_script
from dfopt.layers.reading.weights import weight_of
from dfopt.layers.recipes import Step, Weight
from dfopt.model.config import Config
from dfopt.model.copies import CopyFacts, Source, SourceKind
from dfopt.model.effects import EffectKind
from dfopt.model.effects.reading import copy_effects, run_effects
from dfopt.model.mounts import Mount
from dfopt.model.paths import join_path
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.shared.lists_of_apt import LISTS
from dfopt.syntax.nodes import Add, Copy, ExecForm, Heredoc, Instruction, Run, Workdir

_MAX_TEXT = 2000
_BLANKS = re.compile(r"\s+")


class StageReader:
    """Reads the steps of a stage, and writes down on `disk` what they do to files."""

    def __init__(self, build: Build, stage: Stage, disk: Disk) -> None:
        self._build = build
        self._stage = stage
        self._disk = disk
        self._states: dict[int, str] = {}
        self._runs = {id(run.instruction): run for run in stage.runs}
        self._copies = {id(copy.instruction): copy for copy in stage.copies}

    def steps(self) -> tuple[Step, ...]:
        """The steps in the order of the file."""
        found: list[Step] = []
        self._layers_in_front: dict[int, int] = {}
        for instruction in self._stage.instructions:
            self._layers_in_front[id(instruction)] = len(found)
            where = (self._stage.index, len(found))
            if isinstance(instruction, Run):
                found.append(self._run(self._runs[id(instruction)], where))
            elif isinstance(instruction, (Copy, Add)):
                found.append(self._copy(self._copies[id(instruction)], where))
            elif isinstance(instruction, Workdir) and (step := self._workdir(instruction)):
                found.append(step)
        return tuple(found)

    def _run(self, run: RunFacts, where: tuple[int, int]) -> Step:
        instruction = run.instruction
        rewritten = self._apply(run, where)
        weight = weight_of(run, rewritten)
        if weight.lists:
            self._disk.add_lists(LISTS, where)
        sorted_ = sorted_script(run)
        return Step(
            instruction=self._text(instruction),
            place=self._place(instruction),
            span=_span(instruction),
            own=self._own_of_run(run, _command(run)),
            state=self._state(instruction),
            heeds_state=True,
            weight=weight,
            reads=tuple(self._reads_of_run(run)),
            script=sorted_.written if sorted_ else None,
            sorted=self._own_of_run(run, sorted_.plain) if sorted_ else None,
            script_span=sorted_.span if sorted_ else (0, 0),
            moves=tuple(moves_of(run, self._layers_in_front, self._state)),
        )

    def _apply(self, run: RunFacts, where: tuple[int, int]) -> int | None:
        """Write a RUN's effects down; the bytes that it stores again, None where these are not known."""
        rewritten: int | None = 0
        for effect in run_effects(run):
            if effect.kind in (EffectKind.DELETE, EffectKind.MOVE):
                if effect.certain:
                    self._disk.delete(effect, where)
            elif effect.kind in (EffectKind.CHMOD, EffectKind.CHOWN):
                size = self._disk.rewrite(effect, where) if effect.certain else None
                rewritten = None if size is None or rewritten is None else rewritten + size
            elif not effect.is_folder or effect.recursive:
                self._disk.add_unknown(effect)
        return rewritten

    def _own_of_run(self, run: RunFacts, command: object) -> str:
        return digest(
            "run",
            command,
            run.network,
            run.security,
            [(heredoc.name, heredoc.expand, heredoc.content) for heredoc in run.instruction.heredocs],
            [self._mount(mount) for mount in run.mounts],
        )

    def _mount(self, mount: Mount) -> object:
        """What of a mount names the layer: the files of the context that are in it, but not which cache it is."""
        known = (mount.type, mount.target, mount.source, mount.from_, mount.readonly)
        is_of_context = mount.type == "bind" and mount.from_ is None
        return (*known, self._content(mount.source or ".") if is_of_context else None)

    def _reads_of_run(self, run: RunFacts) -> Iterator[int | str]:
        for mount in run.mounts:
            if mount.from_:
                stage = self._stage.source_stage(mount.from_)
                yield stage.index if stage else mount.from_

    def _copy(self, copy: CopyFacts, where: tuple[int, int]) -> Step:
        instruction = copy.instruction
        parts = self._parts(copy)
        if parts is None:
            for effect in copy_effects(copy):
                self._disk.add_unknown(effect)
        for part in parts or ():
            self._disk.add(part.files, where)
        return Step(
            instruction=self._text(instruction),
            place=self._place(instruction),
            span=_span(instruction),
            own=self._own_of_copy(copy, where),
            state=self._state(instruction),
            heeds_state=False,
            weight=Weight(is_known=False) if parts is None else _weight(parts),
            reads=tuple(self._reads_of_copy(copy)),
            is_linked=copy.link,
            files=_largest(parts or ()),
        )

    def _own_of_copy(self, copy: CopyFacts, where: tuple[int, int]) -> str:
        flags = sorted((flag.name, flag.value or "") for flag in copy.instruction.flags if flag.name != "from")
        sources = [(source.kind.value, _plain(source), self._content_of(source, where)) for source in copy.sources]
        kind = "add" if copy.is_add else "copy"
        return digest(kind, sources, copy.destination, copy.into_folder, copy.chown, copy.chmod, flags)

    def _content_of(self, source: Source, where: tuple[int, int]) -> object:
        if source.heredoc:
            return source.heredoc.content
        return self._content(source.text, where) if source.kind is SourceKind.CONTEXT else None

    def _content(self, source: str, where: tuple[int, int] = (0, 0)) -> object:
        """What names files of the context: a digest over them, or, where they are not at hand, this very place."""
        context = self._stage.model.context
        found = picked(context, source) if context else None
        return found.digest if found else (self._build.dockerfile, self._build.name, where)

    @staticmethod
    def _reads_of_copy(copy: CopyFacts) -> Iterator[int | str]:
        if copy.from_stage:
            yield copy.from_stage.index
        elif copy.from_:
            yield copy.from_

    def _parts(self, copy: CopyFacts) -> list[Placed] | None:
        """The files that it writes, those of each source together; None where they are not all known."""
        if copy.exclude or any(flag.name == "parents" for flag in copy.instruction.flags):
            return None
        found = [self._part(copy, source) for source in copy.sources]
        known = [part for part in found if part is not None]
        return known if len(known) == len(found) else None

    def _part(self, copy: CopyFacts, source: Source) -> Placed | None:
        if source.heredoc:
            return _placed_heredoc(copy, source.heredoc)
        context = copy.stage.model.context
        if context is None or source.kind is not SourceKind.CONTEXT or (copy.is_add and source.is_archive):
            return None
        return placed(context, source.text, copy.destination, into_folder=copy.into_folder)

    def _workdir(self, instruction: Workdir) -> Step | None:
        stage = self._stage
        text = stage.model.expand(instruction.argument.value.strip(), instruction)
        folder = join_path(stage.config_at(instruction).workdir, text)
        if folder == "/":
            return None
        return Step(
            instruction=self._text(instruction),
            place=self._place(instruction),
            span=_span(instruction),
            own=digest("workdir", folder, stage.config_at(instruction).user),
            state=self._state(instruction),
            heeds_state=False,
            weight=Weight(basis=Basis.ESTIMATE),
        )

    def _state(self, instruction: Instruction) -> str:
        config = self._stage.config_at(instruction)
        if id(config) not in self._states:
            self._states[id(config)] = _digest_of(config)
        return self._states[id(config)]

    def _place(self, instruction: Instruction) -> Place:
        return Place(self._build.dockerfile, instruction.span.start.line)

    def _text(self, instruction: Instruction) -> str:
        parts = [instruction.head.value.strip().upper(), *[flag.token.value for flag in instruction.flags]]
        parts += [token.value for node in instruction.arguments for token in node.tokens()]
        parts += [heredoc.content for heredoc in instruction.heredocs]
        text = _BLANKS.sub(" ", " ".join(parts)).strip()
        return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"


def _span(instruction: Instruction) -> tuple[int, int]:
    """The bytes of an instruction, its line end included."""
    end = instruction.span.end.offset + (len(instruction.newline.text) if instruction.newline else 0)
    return instruction.span.start.offset, end


def _plain(source: Source) -> str:
    """A source as the builder looks it up: `./a` and `/a` are `a` in the context, a stage or an image."""
    is_path = source.kind in (SourceKind.CONTEXT, SourceKind.STAGE, SourceKind.IMAGE)
    return posixpath.normpath("/" + source.text.lstrip("/")) if is_path else source.text


def _command(run: RunFacts) -> object:
    form = run.instruction.command
    return ("exec", form.values) if isinstance(form, ExecForm) else ("shell", form.script.value)


def _digest_of(config: Config) -> str:
    return digest(list(config.variables.items()), config.user, config.workdir, config.shell)


def _weight(parts: Sequence[Placed]) -> Weight:
    return Weight(bytes=sum(part.bytes for part in parts), basis=Basis.MEASURED)


def _largest(parts: Sequence[Placed]) -> tuple[File, ...]:
    """The largest files of all parts; those of a single one as they are, so that equal layers hold the same."""
    if len(parts) == 1:
        return parts[0].largest
    return largest([file for part in parts for file in part.files])


def _placed_heredoc(copy: CopyFacts, heredoc: Heredoc) -> Placed:
    path = join_path(copy.destination, heredoc.name) if copy.into_folder else copy.destination
    size = len(heredoc.content.encode("utf-8", "surrogateescape"))
    files = (File(path, size),)
    return Placed(files, files, size)
