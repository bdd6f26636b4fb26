"""The rule `name-set-twice`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Env, Label, SettingInstruction


class NameSetTwice(Rule):
    """A name is given a value that another one replaces at once.

    ## What it does

    Reports the second value of a name in one ENV, ARG or LABEL, and the second value of a label in one stage. A
    variable that a later ENV changes is fine: what stands between the two may use it.

    ## Why is this bad

    The first value has no effect. Often one of the two names was meant to be another one.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ENV LANG=C.UTF-8 LANG=en_US.UTF-8
    ```

    ```dockerfile
    FROM debian:12-slim
    ENV LANG=C.UTF-8 LANGUAGE=en_US:en
    ```
    """

    id = "name-set-twice"
    help = "keep the value that is meant"
    instructions = (Env, Label)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        labels: dict[str, int] = {}
        for instruction in stage.instructions:
            if isinstance(instruction, Label):
                yield from _repeated(instruction, labels)
            elif isinstance(instruction, SettingInstruction) and len(instruction.settings) > 1:
                yield from _repeated(instruction, {})


def _repeated(instruction: SettingInstruction, lines: dict[str, int]) -> Iterator[Finding]:
    for setting in instruction.settings:
        name = setting.name.value.strip("\"'")
        line = setting.name.span.start.line
        if name in lines and "$" not in name:
            yield Finding(setting, f"{instruction.keyword} has set {name} in line {lines[name]} already")
        lines.setdefault(name, line)
