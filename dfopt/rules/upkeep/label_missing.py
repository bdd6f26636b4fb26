"""The rule `label-missing`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Option, Rule


class LabelMissing(Rule):
    """The image lacks a label that it is to have.

    ## What it does

    Reports each label of the option `labels` that neither the final stage nor a local stage below it sets. Without the
    option nothing is reported.

    ## Why is this bad

    Who finds a running container wants to know whose it is. An agreement on labels is worth what is kept of it.

    ## Example

    ```toml
    [tool.dfopt.rules.label-missing]
    labels = ["com.example.team"]
    ```

    ```dockerfile
    FROM debian:12-slim
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL com.example.team=search
    ```
    """

    id = "label-missing"
    aliases = ("DL3049",)
    severity = Severity.INFO
    help = "set it by LABEL in the final stage"
    labels = Option[tuple[str, ...]]((), "Labels that every image must have.")

    def check_file(self, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        for label in self.labels if final else ():
            if final and label not in final.config.labels:
                yield Finding(final.from_, f"the image has no label {label}")
