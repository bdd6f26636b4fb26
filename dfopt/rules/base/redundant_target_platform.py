"""The rule `redundant-target-platform`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import remove_flag
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import From

_TARGETS = ("$TARGETPLATFORM", "${TARGETPLATFORM}")


class RedundantTargetPlatform(Rule):
    """FROM asks for the platform that it gets anyway.

    ## What it does

    Reports `--platform=$TARGETPLATFORM`.

    ## Why is this bad

    A stage is built for the target platform unless something else is said. The flag looks as if it did something, and
    the builders that do not know the variable fail.

    ## Example

    ```dockerfile
    FROM --platform=$TARGETPLATFORM debian:12-slim
    ```

    ```dockerfile
    FROM debian:12-slim
    ```

    ## Fix safety

    Safe: without the flag the builder takes the same platform.
    """

    id = "redundant-target-platform"
    aliases = ("DL3065", "RedundantTargetPlatform")
    severity = Severity.INFO
    help = "remove the flag"
    fix_safety = Safety.SAFE
    instructions = (From,)

    def check_instruction(self, instruction: From, model: Model) -> Iterator[Finding]:
        flag = instruction.flag("platform")
        if flag is None or (flag.value or "").strip('"') not in _TARGETS or model.global_args.get("TARGETPLATFORM"):
            return
        edits = remove_flag(instruction, flag)
        fix = Fix(Safety.SAFE, "remove --platform", edits, frozenset({Change.BASE})) if edits else None
        yield Finding(flag, f"{flag.value} is the platform that the stage is built for anyway", fix=fix)
