"""The rule `label-not-url`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.rules.shared.labels import malformed
from dfopt.syntax.nodes import Label


class LabelNotUrl(Rule):
    """A label that is to be an address is none.

    ## What it does

    Reports the labels of the option `labels`, by default those that the OCI specification has for addresses, whose
    value is no absolute URL.

    ## Why is this bad

    Registries and portals make links of these labels.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    LABEL org.opencontainers.image.source=team/app
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL org.opencontainers.image.source=https://git.example.com/team/app
    ```
    """

    id = "label-not-url"
    aliases = ("DL3052",)
    help = "write the whole address, https://…"
    instructions = (Label,)
    labels = Option[tuple[str, ...]](
        tuple([f"org.opencontainers.image.{name}" for name in ("url", "source", "documentation")]),
        "Labels whose value must be a URL.",
    )

    def check_instruction(self, instruction: Label, model: Model) -> Iterator[Finding]:
        yield from malformed(instruction, self.labels, model, _is_valid, "URL")


def _is_valid(value: str) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and " " not in value
