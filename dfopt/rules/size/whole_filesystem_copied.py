"""The rule `whole-filesystem-copied`."""

from collections.abc import Iterator

from dfopt.model.copies import CopyFacts
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Copy


class WholeFilesystemCopied(Rule):
    """All files of another stage are copied.

    ## What it does

    Reports `COPY --from=STAGE / /`. The image `tonistiigi/xx` is left alone: it holds a few scripts, and is made to be
    taken whole.

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
            is_whole = copy.destination == "/" and any(source.text == "/" for source in copy.sources)
            if copy.from_ and is_whole and not _is_made_for_it(copy):
                yield Finding(copy.instruction, f"all of {copy.from_} is copied")


def _is_made_for_it(copy: CopyFacts) -> bool:
    stage = copy.from_stage
    image = (stage.base if stage and not stage.instructions else copy.from_) or ""
    return "tonistiigi/xx" in image
