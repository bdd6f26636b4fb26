"""The rule `unused-stage`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import From


class UnusedStage(Rule):
    """A stage without a name is used by nothing.

    ## What it does

    Reports each stage but the last that nothing takes a file from and that no other stage is built on. A stage with a
    name is left alone: it may be there for `--target`.

    ## Why is this bad

    BuildKit never builds such a stage, other builders build it for nothing. Files that came to be so when a second FROM
    was added expect the image to have both, and it has the last one only.

    ## Example

    ```dockerfile
    FROM node:22
    RUN npm --version
    FROM debian:12-slim
    ```

    ```dockerfile
    FROM node:22 AS build
    RUN npm --version > /version
    FROM debian:12-slim
    COPY --from=build /version /version
    ```
    """

    id = "unused-stage"
    help = "remove the stage, or copy from it what the image needs"
    instructions = (From,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if stage.name is None and not stage.used_by and not stage.is_final:
            image = stage.from_.image.value
            yield Finding(stage.from_, f"nothing of this stage, which is built from {image}, gets into the image")
