"""The rule `label-not-version`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.rules.shared.labels import malformed
from dfopt.syntax.nodes import Label

_NUMBER = r"(?:0|[1-9]\d*)"
_PART = rf"(?:{_NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PART}(?:\.{_PART})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)


class LabelNotVersion(Rule):
    """A label that is to be a semantic version is none.

    ## What it does

    Reports the labels of the option `labels` whose value is no version as https://semver.org has it. Without the option
    nothing is reported.

    ## Why is this bad

    Tools that compare versions can only compare what has their form.

    ## Example

    ```toml
    [tool.dfopt.rules.label-not-version]
    labels = ["org.opencontainers.image.version"]
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL org.opencontainers.image.version=1.2
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL org.opencontainers.image.version=1.2.0
    ```
    """

    id = "label-not-version"
    aliases = ("DL3056",)
    help = "write MAJOR.MINOR.PATCH"
    instructions = (Label,)
    labels = Option[tuple[str, ...]]((), "Labels whose value must be a semantic version.")

    def check_instruction(self, instruction: Label, model: Model) -> Iterator[Finding]:
        yield from malformed(instruction, self.labels, model, _is_valid, "semantic version")


def _is_valid(value: str) -> bool:
    return _VERSION.fullmatch(value) is not None
