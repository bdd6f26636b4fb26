"""The rule `onbuild-forbidden-trigger`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import From, Maintainer, Onbuild


class OnbuildForbiddenTrigger(Rule):
    """ONBUILD triggers an instruction that it must not.

    ## What it does

    Reports `ONBUILD ONBUILD`, `ONBUILD FROM` and `ONBUILD MAINTAINER`.

    ## Why is this bad

    The builder refuses the file.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ONBUILD MAINTAINER ada@example.com
    ```

    ```dockerfile
    FROM debian:12-slim
    ONBUILD LABEL maintainer=ada@example.com
    ```
    """

    id = "onbuild-forbidden-trigger"
    aliases = ("DL3043",)
    severity = Severity.ERROR
    help = "remove it, or trigger another instruction"
    instructions = (Onbuild,)

    def check_instruction(self, instruction: Onbuild, model: Model) -> Iterator[Finding]:
        if isinstance(instruction.trigger, (Onbuild, From, Maintainer)):
            yield Finding(instruction, f"ONBUILD can't trigger {instruction.trigger.keyword}")
