"""The rule `unused-argument`."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from dfopt.model.model import Model
from dfopt.model.scopes import PLATFORM_ARGS, PREDEFINED_ARGS
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import remove
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Arg, Onbuild, Run

_SPECIAL = PLATFORM_ARGS | PREDEFINED_ARGS | {"SOURCE_DATE_EPOCH"}
_WORD = re.compile(rb"\w+")


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
        words = Counter(_WORD.findall(model.data))
        for instruction in model.preamble:
            if isinstance(instruction, Arg):
                yield from _unused(instruction, words)
        last_scripts = _last_scripts(model)
        for stage in model.stages:
            for instruction in stage.instructions_of(Arg):
                if instruction.span.start.line >= last_scripts.get(stage.index, 0):
                    yield from _unused(instruction, words)


def _last_scripts(model: Model) -> Mapping[int, int]:
    """The line of the last script that sees the arguments of a stage, in it or in one built on it, by its index."""
    found: dict[int, int] = {}
    for stage in model.stages:
        lines = [each.span.start.line for kind in (Run, Onbuild) for each in stage.instructions_of(kind)]
        for below in stage.lineage if lines else ():
            found[below.index] = max(found.get(below.index, 0), *lines)
    return found


def _unused(instruction: Arg, words: Counter[bytes]) -> Iterator[Finding]:
    for setting in instruction.settings:
        name = setting.name.value
        parts = _WORD.findall(name.encode("utf-8", "surrogateescape"))
        if name in _SPECIAL or name.startswith("BUILDKIT_") or all(words[part] > 1 for part in parts):
            continue
        alone = len(instruction.settings) == 1 and not instruction.head.comments
        edits = remove(instruction) if alone else None
        fix = Fix(Safety.SAFE, "remove it", edits, frozenset({Change.INSTRUCTIONS})) if edits else None
        yield Finding(setting, f"nothing uses the argument {name}", fix=fix)
