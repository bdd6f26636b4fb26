"""The rule `entrypoint-overridden`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.overridden import overriding
from dfopt.syntax.nodes import Entrypoint


class EntrypointOverridden(Rule):
    """A stage has more than one ENTRYPOINT.

    ## What it does

    Reports each ENTRYPOINT above which the same stage has another one. An ENTRYPOINT of another stage or of the
    base is there to be replaced, and not meant.

    ## Why is this bad

    Only the last one counts. Who reads the first one, or changes it, is misled.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ENTRYPOINT ["tini", "--"]
    ENTRYPOINT ["app"]
    ```

    ```dockerfile
    FROM debian:12-slim
    ENTRYPOINT ["app"]
    ```
    """

    id = "entrypoint-overridden"
    aliases = ("DL4004", "MultipleInstructionsDisallowed")
    severity = Severity.ERROR
    help = "keep the one that is meant"
    instructions = (Entrypoint,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        yield from overriding(stage, Entrypoint)
