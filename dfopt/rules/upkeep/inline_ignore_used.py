"""The rule `inline-ignore-used`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.edits import Edit

_IGNORE = re.compile(
    rb"^[ \t]*(#[ \t]*(?:hadolint[ \t]+(?:global[ \t]+)?ignore[ \t]*=|dfopt:[ \t]*ignore(?:-file)?\[)[^\r\n]*)",
    re.MULTILINE | re.IGNORECASE,
)


class InlineIgnoreUsed(Rule):
    """A comment silences a rule.

    ## What it does

    Reports comments of the form `# dfopt: ignore[…]` and `# hadolint ignore=…`. It is off unless selected: it is for
    those who want all exceptions in the configuration. Set `inline-ignores = false` there too, or the comments still
    do what they say.

    ## Why is this bad

    An exception that stands in the file can be made by whoever writes the file; a platform team may want to decide
    that itself.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    # hadolint ignore=DL3008
    RUN apt-get update
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update
    ```
    """

    id = "inline-ignore-used"
    aliases = ("DL1001",)
    severity = Severity.INFO
    default = False
    help = "make the exception in the configuration"

    def check_file(self, model: Model) -> Iterator[Finding]:
        for found in _IGNORE.finditer(model.data):
            comment = found[1].decode("utf-8", "replace").strip()
            yield Finding(Edit(*found.span(1), ""), f"{comment} silences rules")
