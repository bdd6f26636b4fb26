"""The rule `reserved-stage-name`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import From

_RESERVED = ("context", "scratch")


class ReservedStageName(Rule):
    """A stage has a name that means something else to the builder.

    ## What it does

    Reports stages that are called `scratch` or `context`.

    ## Why is this bad

    `scratch` is the empty image and `context` the build context. A stage of that name hides them, or is itself never
    found.

    ## Example

    ```dockerfile
    FROM alpine:3.21 AS scratch
    ```

    ```dockerfile
    FROM alpine:3.21 AS tools
    ```
    """

    id = "reserved-stage-name"
    aliases = ("DL3063", "ReservedStageName")
    help = "give the stage another name"
    instructions = (From,)

    def check_instruction(self, instruction: From, model: Model) -> Iterator[Finding]:
        name = instruction.stage
        if name and name.value.lower() in _RESERVED:
            yield Finding(name, f"{name.value} is a name that the builder has a meaning of its own for")
