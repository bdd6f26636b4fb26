"""The rule `label-key-invalid`."""

import re
from collections.abc import Container, Iterator

from dfopt.model.model import Model, with_triggers
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import replace_token
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Label, Setting

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

    ## Fix safety

    Unsafe: capital letters become small ones, where the file has no other label of that name. What looks for the label
    by its old name finds it no more.
    """

    id = "label-key-invalid"
    aliases = ("DL3048",)
    severity = Severity.HINT
    help = "write it in small letters, behind a domain of your own: com.example.name"
    fix_safety = Safety.UNSAFE
    instructions = (Label,)

    def check_file(self, model: Model) -> Iterator[Finding]:
        labels = [each for each in with_triggers(model.tree.instructions) if isinstance(each, Label)]
        written = {setting.name.value.strip("\"'") for label in labels for setting in label.settings}
        for label in labels:
            for setting in label.settings:
                name = model.expand(setting.name.value, label)
                if "$" not in name and (fault := _fault(name)):
                    fix = _fix(setting, name, written)
                    yield Finding(setting.name, f"{name or 'an empty name'} {fault}", fix=fix)


def _fix(setting: Setting, name: str, written: Container[str]) -> Fix | None:
    small = name.lower()
    if _fault(small) or setting.name.value.strip("\"'") != name or small in written:
        return None
    edits = replace_token(setting.name, setting.name.text.replace(name, small))
    return Fix(Safety.UNSAFE, f"call it {small}", edits, frozenset({Change.LABEL})) if edits else None


def _fault(name: str) -> str | None:
    if name.startswith(_RESERVED):
        return "is in a namespace of Docker's own"
    if any(separators in name for separators in _DOUBLED):
        return "has two separators in a row"
    return None if _KEY.fullmatch(name) else "is not of small letters and digits with separators between"
