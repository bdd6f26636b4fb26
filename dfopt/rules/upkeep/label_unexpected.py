"""The rule `label-unexpected`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.rules.shared.labels import label_values
from dfopt.syntax.nodes import Label


class LabelUnexpected(Rule):
    """The image has a label that nobody agreed on.

    ## What it does

    Reports labels that are not among those of the option `labels`. Without the option nothing is reported.

    ## Why is this bad

    A label that is spelt otherwise than agreed is one that nobody finds.

    ## Example

    ```toml
    [tool.dfopt.rules.label-unexpected]
    labels = ["com.example.team"]
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL com.example.taem=search
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL com.example.team=search
    ```
    """

    id = "label-unexpected"
    aliases = ("DL3050",)
    severity = Severity.INFO
    help = "spell it as agreed, or put it on the list"
    instructions = (Label,)
    labels = Option[tuple[str, ...]]((), "The labels that an image may have.")

    def check_instruction(self, instruction: Label, model: Model) -> Iterator[Finding]:
        for label in label_values(instruction, model) if self.labels else ():
            if label.name not in self.labels:
                yield Finding(label.setting, f"the label {label.name} is not on the list")
