"""The rule `unused-argument`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.scopes import PLATFORM_ARGS, PREDEFINED_ARGS
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import remove
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Arg, Instruction, Onbuild, Run

_SPECIAL = PLATFORM_ARGS | PREDEFINED_ARGS | {"SOURCE_DATE_EPOCH"}


class UnusedArgument(Rule):
    """An argument is declared and used nowhere.

    ## What it does

    Reports an ARG whose name stands nowhere else in the file, in front of the first FROM or with no RUN below it: a
    script of RUN gets all arguments of its stage, and what it calls may read them. Arguments that the builder has a
    meaning of its own for (`BUILDKIT_…`) are left alone.

    ## Why is this bad

    Who gives it a value by `--build-arg` sees it accepted, and nothing changes.

    ## Example

    ```dockerfile
    ARG RELEASE=12
    FROM debian:12-slim
    ```

    ```dockerfile
    ARG RELEASE=12
    FROM debian:${RELEASE}-slim
    ```

    ## Fix safety

    Safe: nothing reads the value. A build that gives the argument is told that it was not used. An ARG with a comment
    above it, or with others on its line, is left in place.
    """

    id = "unused-argument"
    severity = Severity.INFO
    help = "remove it, or use it"
    fix_safety = Safety.SAFE
    instructions = (Arg,)

    def check_file(self, model: Model) -> Iterator[Finding]:
        for instruction in model.preamble:
            if isinstance(instruction, Arg):
                yield from _unused(instruction, model)
        for stage in model.stages:
            for instruction in stage.instructions_of(Arg):
                if not _is_seen_by_scripts(instruction, stage):
                    yield from _unused(instruction, model)


def _is_seen_by_scripts(instruction: Instruction, stage: Stage) -> bool:
    below = instruction.span.start.line
    descendants = [each for each in stage.model.stages if stage in each.lineage]
    return any(
        isinstance(each, (Run, Onbuild)) and each.span.start.line > below
        for descendant in descendants
        for each in descendant.instructions
    )


def _unused(instruction: Arg, model: Model) -> Iterator[Finding]:
    for setting in instruction.settings:
        name = setting.name.value
        if name in _SPECIAL or name.startswith("BUILDKIT_"):
            continue
        if len(re.findall(rb"(?<!\w)" + re.escape(name.encode()) + rb"(?!\w)", model.data)) > 1:
            continue
        alone = len(instruction.settings) == 1 and not instruction.head.comments
        edits = remove(instruction) if alone else None
        fix = Fix(Safety.SAFE, "remove it", edits, frozenset({Change.INSTRUCTIONS})) if edits else None
        yield Finding(setting, f"nothing uses the argument {name}", fix=fix)
