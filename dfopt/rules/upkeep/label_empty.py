"""The rule `label-empty`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.rules.shared.labels import malformed
from dfopt.syntax.nodes import Label


class LabelEmpty(Rule):
    """A label that is to have a value is empty.

    ## What it does

    Reports the labels of the option `labels` that are set to nothing. Without the option nothing is reported: an empty
    label is also how one of the base is taken back.

    ## Why is this bad

    A label that is there and says nothing passes for one that does.

    ## Example

    ```toml
    [tool.dfopt.rules.label-empty]
    labels = ["com.example.team"]
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL com.example.team=""
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL com.example.team=search
    ```
    """

    id = "label-empty"
    aliases = ("DL3051",)
    help = "give it a value, or remove it"
    instructions = (Label,)
    labels = Option[tuple[str, ...]]((), "Labels that must not be empty.")

    def check_instruction(self, instruction: Label, model: Model) -> Iterator[Finding]:
        yield from malformed(instruction, self.labels, model, _is_valid, "value")


def _is_valid(value: str) -> bool:
    return value != ""
