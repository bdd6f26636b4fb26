"""The rule `changing-argument-too-early`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import insert_before, remove
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.syntax.nodes import Arg, Instruction, Run, Setting

_CHANGES = re.compile(
    r"(?:.*_)?(?:BUILD_?DATE|BUILD_?TIME(?:STAMP)?|BUILD_?(?:NUMBER|NO|NUM|ID|REV(?:ISION)?)|COMMIT(?:_?(?:SHA|HASH|ID|REF|DATE))?"
    r"|GIT_?(?:SHA1?|COMMIT|HASH|REV(?:ISION)?|REF|DESCRIBE)|REVISION|SHA|SOURCE_?COMMIT|VCS_?(?:REF|REV|REVISION|SHA)"
    r"|CACHE_?BUST(?:ER)?|CACHE_?DATE|TIMESTAMP|SOURCE_DATE_EPOCH|CI_PIPELINE_ID|CI_JOB_ID)"
)
_PLACEHOLDERS = frozenset({"", "0", "dev", "head", "latest", "local", "none", "n/a", "now", "undefined", "unknown"})
_REFRESHERS = re.compile(r"(?:.*_)?(?:CACHE_?BUST(?:ER)?|CACHE_?DATE)")


class ChangingArgumentTooEarly(Rule):
    """An argument that changes with each build stands above expensive steps.

    ## What it does

    Reports an ARG that by its name changes with each build or commit (`BUILD_DATE`, `GIT_SHA`, `VCS_REF`,
    `BUILD_NUMBER`…) in front of a RUN that installs packages and does not use it. Arguments that are there to throw the
    cache away (`CACHEBUST`) are left out, and so are those with a default that chooses what is built.

    ## Why is this bad

    Each RUN below an ARG or ENV gets its value as a variable, used or not: with another value the builder takes none of
    them from its cache. All packages are fetched and installed again with each commit.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ARG GIT_SHA
    RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    LABEL revision=$GIT_SHA
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    ARG GIT_SHA
    LABEL revision=$GIT_SHA
    ```

    ## Fix safety

    Unsafe: the ARG is moved to in front of the first instruction that names it. The steps in between no longer see it
    as a variable, which a script that they run may have relied on.
    """

    id = "changing-argument-too-early"
    help = "move it to in front of the instruction that uses it"
    fix_safety = Safety.UNSAFE
    instructions = (Arg,)

    names = Option((), "Further names of arguments that change with each build.")

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for arg in stage.instructions_of(Arg):
            free = [each.name.value for each in arg.settings if not _is_fixed(each)]
            changing = [name for name in free if self._changes(name)]
            if changing and (step := _expensive_step(stage, arg, changing)):
                names = " and ".join(changing)
                message = f"each new {names} makes line {step.span.start.line} run again, which does not use it"
                yield Finding(arg, message, fix=_fix(stage, arg, changing))

    def _changes(self, name: str) -> bool:
        return name in self.names or bool(_CHANGES.fullmatch(name.upper()) and not _REFRESHERS.fullmatch(name.upper()))


def _is_fixed(setting: Setting) -> bool:
    """Whether an argument has a default that is more than a placeholder, and so chooses what is built."""
    default = setting.value.value.strip("\"'").lower() if setting.value else ""
    return default not in _PLACEHOLDERS


def _expensive_step(stage: Stage, arg: Arg, names: list[str]) -> Instruction | None:
    """The first RUN below an ARG that installs packages, in front of the first instruction that names the argument."""
    for instruction in _below(stage, arg):
        if _mentions(instruction, names):
            return None
        run = stage.model.run(instruction) if isinstance(instruction, Run) else None
        if run and any(each.is_install for each in run.package_commands):
            return instruction
    return None


def _below(stage: Stage, arg: Arg) -> tuple[Instruction, ...]:
    index = next(index for index, each in enumerate(stage.instructions) if each is arg)
    return stage.instructions[index + 1 :]


def _mentions(instruction: Instruction, names: list[str]) -> bool:
    return any(re.search(rf"\b{re.escape(name)}\b", instruction.code) for name in names)


def _fix(stage: Stage, arg: Arg, names: list[str]) -> Fix | None:
    user = next((each for each in _below(stage, arg) if _mentions(each, names)), None)
    if user is None or len(arg.settings) != 1 or arg.head.comments:
        return None
    tree = stage.model.tree
    removal, text = remove(arg), _text(arg, stage.model)
    if removal is None or "\n" in text:
        return None
    edits = (*removal, *insert_before(tree, user, text))
    title = f"move it to in front of line {user.span.start.line}"
    return Fix(Safety.UNSAFE, title, edits, frozenset({Change.INSTRUCTIONS}))


def _text(arg: Arg, model: Model) -> str:
    span = arg.span
    return model.data[span.start.offset : span.end.offset].decode("utf-8", "surrogateescape")
