"""The rule `instruction-before-from`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Arg, Unknown


class InstructionBeforeFrom(Rule):
    """An instruction stands in front of the first FROM.

    ## What it does

    Reports all instructions in front of the first FROM but ARG; in a file without FROM, the first of them.

    ## Why is this bad

    The build fails: there is no stage yet that the instruction could belong to.

    ## Example

    ```dockerfile
    ENV LANG=C.UTF-8
    FROM debian:12-slim
    ```

    ```dockerfile
    FROM debian:12-slim
    ENV LANG=C.UTF-8
    ```
    """

    id = "instruction-before-from"
    aliases = ("DL3061",)
    severity = Severity.ERROR
    help = "begin with FROM, or with the ARGs that FROM needs"

    def check_file(self, model: Model) -> Iterator[Finding]:
        early = [each for each in model.preamble if not isinstance(each, (Arg, Unknown))]
        for instruction in early if model.stages else early[:1]:
            where = "stands in front of the first FROM" if model.stages else "has no FROM above it"
            yield Finding(instruction, f"{instruction.keyword} {where}")
