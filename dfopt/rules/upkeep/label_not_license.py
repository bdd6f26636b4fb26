"""The rule `label-not-license`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.rules.shared.labels import malformed
from dfopt.syntax.nodes import Label


class LabelNotLicense(Rule):
    """A label that is to be a license is none.

    ## What it does

    Reports the labels of the option `labels`, by default `org.opencontainers.image.licenses`, whose value is no license
    expression of SPDX (`MIT`, `Apache-2.0 OR MIT`).

    ## Why is this bad

    Tools that check what may be shipped know licenses by these names.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    LABEL org.opencontainers.image.licenses=Apache
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL org.opencontainers.image.licenses=Apache-2.0
    ```
    """

    id = "label-not-license"
    aliases = ("DL3054",)
    help = "name it as https://spdx.org/licenses does"
    instructions = (Label,)
    labels = Option[tuple[str, ...]](
        ("org.opencontainers.image.licenses",), "Labels whose value must be an SPDX license expression."
    )

    def check_instruction(self, instruction: Label, model: Model) -> Iterator[Finding]:
        yield from malformed(instruction, self.labels, model, _is_valid, "license expression of SPDX")


def _is_valid(value: str) -> bool:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        canonicalize_license_expression(value)
    except InvalidLicenseExpression:
        return False
    return True
