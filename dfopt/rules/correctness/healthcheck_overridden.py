"""The rule `healthcheck-overridden`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.overridden import overriding
from dfopt.syntax.nodes import Healthcheck


class HealthcheckOverridden(Rule):
    """A stage has more than one HEALTHCHECK.

    ## What it does

    Reports each HEALTHCHECK above which the same stage has another one. A HEALTHCHECK of another stage or of the
    base is there to be replaced, and not meant.

    ## Why is this bad

    Only the last one counts: what the first one tests is never tested.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    HEALTHCHECK CMD ["app", "--ping"]
    HEALTHCHECK CMD ["app", "--health"]
    ```

    ```dockerfile
    FROM debian:12-slim
    HEALTHCHECK CMD ["app", "--health"]
    ```
    """

    id = "healthcheck-overridden"
    aliases = ("DL3012", "MultipleInstructionsDisallowed")
    severity = Severity.ERROR
    help = "keep the one that is meant"
    instructions = (Healthcheck,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        yield from overriding(stage, Healthcheck)
