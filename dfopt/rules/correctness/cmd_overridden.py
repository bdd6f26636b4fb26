"""The rule `cmd-overridden`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.overridden import overriding
from dfopt.syntax.nodes import Cmd


class CmdOverridden(Rule):
    """A stage has more than one CMD.

    ## What it does

    Reports each CMD above which the same stage has another one. A CMD of another stage or of the
    base is there to be replaced, and not meant.

    ## Why is this bad

    Only the last one counts. Who reads the first one, or changes it, is misled.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    CMD ["app", "--debug"]
    CMD ["app"]
    ```

    ```dockerfile
    FROM debian:12-slim
    CMD ["app"]
    ```
    """

    id = "cmd-overridden"
    aliases = ("DL4003", "MultipleInstructionsDisallowed")
    severity = Severity.WARNING
    help = "keep the one that is meant"
    instructions = (Cmd,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        yield from overriding(stage, Cmd)
