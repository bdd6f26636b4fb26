"""The rule `workdir-without-effect`."""

from collections.abc import Iterator
from itertools import pairwise

from dfopt.model.model import Model
from dfopt.model.paths import join_path
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import remove
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.workdirs import may_remove_folders
from dfopt.syntax.nodes import Instruction, Onbuild, Run, Workdir


class WorkdirWithoutEffect(Rule):
    """WORKDIR sets the folder that is set already, or one that the next line replaces.

    ## What it does

    Reports WORKDIR with the path that the WORKDIR above it in the same stage has, as long as no RUN between the two may
    have removed the folder, and `WORKDIR /` right above a WORKDIR with another absolute path. Paths with variables that
    are not known before the build are left alone.

    ## Why is this bad

    It reads as if something changed.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    WORKDIR /srv
    COPY app.conf .
    WORKDIR /srv
    COPY app .
    ```

    ```dockerfile
    FROM debian:12-slim
    WORKDIR /srv
    COPY app.conf .
    COPY app .
    ```

    ## Fix safety

    Safe: the folder is there, and all that follows starts in the same one.
    """

    id = "workdir-without-effect"
    severity = Severity.HINT
    help = "leave it out"
    fix_safety = Safety.SAFE
    instructions = (Workdir,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if stage.is_windows:
            return
        for instructions, message in _without_effect(stage):
            edits = [each for instruction in instructions for each in remove(instruction) or ()]
            is_whole = len(edits) == len(instructions)
            fix = Fix(Safety.SAFE, "leave it out", tuple(edits), frozenset({Change.INSTRUCTIONS})) if is_whole else None
            yield Finding(instructions[0].argument, message, fix=fix)


def _without_effect(stage: Stage) -> Iterator[tuple[tuple[Workdir, ...], str]]:
    """The WORKDIRs to leave out together, and why the first of them has no effect."""
    in_force = None
    for instruction, following in pairwise((*stage.instructions, None)):
        if isinstance(instruction, Workdir):
            path = _path(instruction, stage)
            after = _path(following, stage) if isinstance(following, Workdir) else None
            if path is not None and path == in_force:
                yield (instruction,), f"{path} is the working directory already"
            elif path == "/" and isinstance(following, Workdir) and after not in (None, "/"):
                both = (instruction, following) if after == in_force else (instruction,)
                yield both, "the next line sets another folder"
            in_force = path
        elif instruction and _may_remove_folders(instruction, stage):
            in_force = None


def _path(instruction: Workdir, stage: Stage) -> str | None:
    """The folder of a WORKDIR with an absolute path; None for any other."""
    path = stage.model.expand(instruction.argument.value.strip(), instruction)
    return join_path(None, path) if path.startswith("/") and "$" not in path else None


def _may_remove_folders(instruction: Instruction, stage: Stage) -> bool:
    if isinstance(instruction, Onbuild):
        return True
    run = stage.model.run(instruction) if isinstance(instruction, Run) else None
    return run is not None and may_remove_folders(run)
