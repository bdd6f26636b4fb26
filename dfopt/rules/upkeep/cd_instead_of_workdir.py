"""The rule `cd-instead-of-workdir`."""

from collections.abc import Iterator

from dfopt.model.effects.effect import EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.paths import is_exact
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.chains import delete
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import insert_before
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Add, Copy, Instruction, Onbuild, Run, Workdir

_CLEANS_UP = (PackageAction.REMOVE, PackageAction.CLEAN)


class CdInsteadOfWorkdir(Rule):
    """A RUN changes the folder by itself.

    ## What it does

    Reports the first `cd` of a RUN where WORKDIR could do the same. Left alone is a `cd` inside a subshell, a
    condition, a loop or a substitution, one that only goes back (`cd -`), one into a folder that the RUN removes,
    and one in the middle of a RUN that cleans up behind it: to split such a RUN would leave in the image what it
    deletes.

    ## Why is this bad

    The folder is forgotten at the end of the RUN, so every other RUN has to say it again, and readers have to follow
    each `cd` to know where a command runs. WORKDIR says it once, for RUN, COPY and CMD alike.

    ## Example

    ```dockerfile
    FROM node:22-slim
    COPY . /app
    RUN cd /app && npm ci
    ```

    ```dockerfile
    FROM node:22-slim
    WORKDIR /app
    COPY . .
    RUN npm ci
    ```

    ## Fix safety

    A `cd` into the folder in which the RUN starts anyway is taken out: safe. A `cd` that a RUN starts with becomes
    a WORKDIR in front of it where nothing that follows in the build would notice the other folder: RUNs that do not
    start with a `cd` of their own, relative destinations, stages built on this one. That is safe where a WORKDIR
    with an absolute path follows; else it is unsafe, for then containers start in that folder. Elsewhere there is
    no fix.
    """

    id = "cd-instead-of-workdir"
    aliases = ("DL3003",)
    help = "put WORKDIR in front of the RUN"
    fix_safety = Safety.UNSAFE
    commands = ("cd",)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for run in stage.runs:
            command = next((each for each in run.commands_named("cd") if _could_be_workdir(each)), None)
            if command:
                yield Finding(command, f"the RUN goes to {command.operands[0].value} by itself", fix=_fix(command))


def _could_be_workdir(command: Invocation) -> bool:
    if command.context or command.is_conditional or not command.operands or command.operands[0].value == "-":
        return False
    if _removes_folder(command):
        return False
    return _leads(command) or not _cleans_up_later(command)


def _leads(command: Invocation) -> bool:
    """Whether nothing but options of the shell are set in front of it."""
    return all(each.program == "set" for each in command.run.commands[: command.index])


def _removes_folder(command: Invocation) -> bool:
    """Whether the RUN deletes the folder again."""
    folder = command.path(command.operands[0])
    return any(
        effect.kind in (EffectKind.DELETE, EffectKind.MOVE)
        and effect.by is command.run.instruction
        and effect.command is not None
        and effect.command.start > command.start
        and effect.covers(folder)
        for effect in command.stage.effects
    )


def _cleans_up_later(command: Invocation) -> bool:
    """Whether the RUN deletes something behind the command."""
    if any(each.action in _CLEANS_UP and each.start > command.start for each in command.run.package_commands):
        return True
    return any(each.program in ("rm", "rmdir", "unlink") for each in command.following)


def _fix(command: Invocation) -> Fix | None:
    folder = command.path(command.operands[0])
    edits = delete(command)
    if edits is None or not folder.startswith("/") or not is_exact(folder) or not command.operands[0].is_static:
        return None
    if folder == command.cwd:
        return Fix(Safety.SAFE, "take out the cd into the folder that is there anyway", edits)
    if not _leads(command) or command.run.is_trigger or _goes_back(command) or _has_relative_mount(command.run):
        return None
    followers = _followers(command.run)
    if followers is None:
        return None
    edits += insert_before(command.stage.model.tree, command.run.instruction, f"WORKDIR {folder}")
    title = f"put WORKDIR {folder} in front"
    if followers:
        return Fix(Safety.UNSAFE, title, edits, frozenset({Change.INSTRUCTIONS, Change.WORKDIR}))
    return Fix(Safety.SAFE, title, edits, frozenset({Change.INSTRUCTIONS}))


def _goes_back(command: Invocation) -> bool:
    return any(each.program == "cd" and "-" in [word.value for word in each.arguments] for each in command.following)


def _followers(run: RunFacts) -> bool | None:
    """Whether the container would start in another folder if a RUN left its own behind.

    None where a later instruction of the build would notice.
    """
    stage = run.stage
    for instruction in stage.instructions:
        if instruction.span.start <= run.instruction.span.start:
            continue
        if isinstance(instruction, Workdir) and instruction.argument.value.startswith("/"):
            return False
        if _depends_on_folder(instruction, stage.model):
            return None
    is_base = any(other.base_stage is stage for other in stage.model.stages)
    return None if is_base else True


def _depends_on_folder(instruction: Instruction, model: Model) -> bool:
    if isinstance(instruction, Run):
        run = model.run(instruction)
        return run is None or _has_relative_mount(run) or not _starts_with_absolute_cd(run)
    if isinstance(instruction, (Copy, Add)):
        return not instruction.destination.startswith("/")
    return isinstance(instruction, (Workdir, Onbuild))


def _starts_with_absolute_cd(run: RunFacts) -> bool:
    first = next((each for each in run.commands if each.program != "set"), None)
    if first is None or first.program != "cd" or first.context:
        return False
    return bool(first.operands) and first.operands[0].value.startswith("/")


def _has_relative_mount(run: RunFacts) -> bool:
    return any(not mount.options.get("target", "/").startswith("/") for mount in run.mounts)
