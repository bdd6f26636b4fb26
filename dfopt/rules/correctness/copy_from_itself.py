"""The rule `copy-from-itself`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.stage_names import references_in


class CopyFromItself(Rule):
    """A stage takes files from itself.

    ## What it does

    Reports `COPY --from` and `--mount=from=` with the name or number of the stage that it stands in.

    ## Why is this bad

    The build fails: a stage must be complete before something can be taken from it.

    ## Example

    ```dockerfile
    FROM golang:1.24 AS build
    COPY --from=build /go/bin/app /app
    ```

    ```dockerfile
    FROM golang:1.24 AS build
    FROM scratch
    COPY --from=build /go/bin/app /app
    ```
    """

    id = "copy-from-itself"
    aliases = ("DL3023",)
    severity = Severity.ERROR
    help = "take it from an earlier stage, or use RUN cp within this one"

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        own = ((stage.name or "").lower(), str(stage.index))
        for instruction in stage.instructions:
            for reference in references_in(instruction):
                if reference.name.lower() in own and stage.source_stage(reference.name) is None:
                    yield Finding(reference, f"{reference.name} is the stage that this instruction stands in")
