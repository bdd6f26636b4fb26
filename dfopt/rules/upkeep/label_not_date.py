"""The rule `label-not-date`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.rules.shared.labels import malformed
from dfopt.syntax.nodes import Label

_RFC3339 = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
)


class LabelNotDate(Rule):
    """A label that is to be a date and time is none.

    ## What it does

    Reports the labels of the option `labels`, by default `org.opencontainers.image.created`, whose value is no date and
    time as RFC 3339 has it.

    ## Why is this bad

    Tools that sort or remove images by age read these labels.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    LABEL org.opencontainers.image.created=2026-03-01
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL org.opencontainers.image.created=2026-03-01T12:00:00Z
    ```
    """

    id = "label-not-date"
    aliases = ("DL3053",)
    help = "write 2026-03-01T12:00:00Z"
    instructions = (Label,)
    labels = Option[tuple[str, ...]](
        ("org.opencontainers.image.created",), "Labels whose value must be a date and time."
    )

    def check_instruction(self, instruction: Label, model: Model) -> Iterator[Finding]:
        yield from malformed(instruction, self.labels, model, _is_valid, "date and time of RFC 3339")


def _is_valid(value: str) -> bool:
    return _RFC3339.fullmatch(value) is not None
