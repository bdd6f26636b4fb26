"""The rule `label-not-revision`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.rules.shared.labels import malformed
from dfopt.syntax.nodes import Label

_HASH = re.compile(r"[0-9a-f]{7}|[0-9a-f]{40}")


class LabelNotRevision(Rule):
    """A label that is to be a commit is none.

    ## What it does

    Reports the labels of the option `labels` whose value is no hash of a Git commit, of 7 or 40 digits. Without the
    option nothing is reported.

    ## Why is this bad

    Who looks for the source of an image has to find that commit.

    ## Example

    ```toml
    [tool.dfopt.rules.label-not-revision]
    labels = ["org.opencontainers.image.revision"]
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL org.opencontainers.image.revision=main
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL org.opencontainers.image.revision=9f2c1b7
    ```
    """

    id = "label-not-revision"
    aliases = ("DL3055",)
    help = "write the hash of the commit, given by an ARG"
    instructions = (Label,)
    labels = Option[tuple[str, ...]]((), "Labels whose value must be the hash of a Git commit.")

    def check_instruction(self, instruction: Label, model: Model) -> Iterator[Finding]:
        yield from malformed(instruction, self.labels, model, _is_valid, "hash of a Git commit")


def _is_valid(value: str) -> bool:
    return _HASH.fullmatch(value) is not None
