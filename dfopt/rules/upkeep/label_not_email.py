"""The rule `label-not-email`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.rules.shared.labels import malformed
from dfopt.syntax.nodes import Label

_ADDRESS = re.compile(
    r"[^\s@<>(),;:\\\"]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)


class LabelNotEmail(Rule):
    """A label that is to be a mail address is none.

    ## What it does

    Reports the labels of the option `labels` whose value is no mail address. Without the option nothing is reported.

    ## Why is this bad

    Who has to tell somebody about the image must be able to write there.

    ## Example

    ```toml
    [tool.dfopt.rules.label-not-email]
    labels = ["com.example.contact"]
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL com.example.contact=ada
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL com.example.contact=ada@example.com
    ```
    """

    id = "label-not-email"
    aliases = ("DL3058",)
    help = "write name@host"
    instructions = (Label,)
    labels = Option[tuple[str, ...]]((), "Labels whose value must be a mail address.")

    def check_instruction(self, instruction: Label, model: Model) -> Iterator[Finding]:
        yield from malformed(instruction, self.labels, model, _is_valid, "mail address")


def _is_valid(value: str) -> bool:
    return _ADDRESS.fullmatch(value) is not None
