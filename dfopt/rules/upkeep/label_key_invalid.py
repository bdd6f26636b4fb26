"""The rule `label-key-invalid`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Label

_KEY = re.compile(r"[a-z](?:[a-z0-9._/-]*[a-z0-9])?")
_RESERVED = ("com.docker.", "io.docker.", "org.dockerproject.")
_DOUBLED = ("..", "--")


class LabelKeyInvalid(Rule):
    """The name of a label is not as Docker's guidelines have it.

    ## What it does

    Reports names of labels that have other characters than small letters, digits, `.`, `-`, `_` and `/`, that start
    with no letter or end with neither letter nor digit, that have two separators in a row, or that start with a
    namespace which is Docker's own.

    ## Why is this bad

    Labels are looked up by their exact names, and filters and metrics that are fed with them know the common form only.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    LABEL Description="A tool"
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL com.example.description="A tool"
    ```
    """

    id = "label-key-invalid"
    aliases = ("DL3048",)
    severity = Severity.HINT
    help = "write it in small letters, behind a domain of your own: com.example.name"
    instructions = (Label,)

    def check_instruction(self, instruction: Label, model: Model) -> Iterator[Finding]:
        for setting in instruction.settings:
            name = model.expand(setting.name.value, instruction)
            if "$" not in name and (fault := _fault(name)):
                yield Finding(setting.name, f"{name or 'an empty name'} {fault}")


def _fault(name: str) -> str | None:
    if name.startswith(_RESERVED):
        return "is in a namespace of Docker's own"
    if any(separators in name for separators in _DOUBLED):
        return "has two separators in a row"
    return None if _KEY.fullmatch(name) else "is not of small letters and digits with separators between"
