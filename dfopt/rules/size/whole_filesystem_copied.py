"""The rule `whole-filesystem-copied`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Copy


class WholeFilesystemCopied(Rule):
    """All files of another stage are copied.

    ## What it does

    Reports `COPY --from=STAGE / /`.

    ## Why is this bad

    The image gets all that was needed to build, in one layer that no other image can share and that is written and
    pulled anew with each build. A stage is there so that what the program needs can be picked from it.

    ## Example

    ```dockerfile
    FROM golang:1.24 AS build
    RUN go install example.com/app@v1.2.3
    FROM scratch
    COPY --from=build / /
    ```

    ```dockerfile
    FROM golang:1.24 AS build
    RUN go install example.com/app@v1.2.3
    FROM scratch
    COPY --from=build /go/bin/app /app
    ```
    """

    id = "whole-filesystem-copied"
    aliases = ("DL3067",)
    help = "copy the files that the program needs"
    instructions = (Copy,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for copy in stage.copies:
            if copy.from_ and copy.destination == "/" and any(source.text == "/" for source in copy.sources):
                yield Finding(copy.instruction, f"all of {copy.from_} is copied")
