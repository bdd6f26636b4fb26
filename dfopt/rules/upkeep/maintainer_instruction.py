"""The rule `maintainer-instruction`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import remove, replace
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Instruction, Label, Maintainer, Onbuild

_KEY = "org.opencontainers.image.authors"


class MaintainerInstruction(Rule):
    """MAINTAINER is deprecated.

    ## What it does

    Reports each MAINTAINER.

    ## Why is this bad

    The instruction has been deprecated since 2017. It fills a field of its own that few tools show, where a label can
    be searched for, filtered by and inherited.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    MAINTAINER Ada Lovelace <ada@example.com>
    ```

    ```dockerfile
    FROM debian:12-slim
    LABEL org.opencontainers.image.authors="Ada Lovelace <ada@example.com>"
    ```

    ## Fix safety

    Safe: nothing in a container can see either of them. The image's `author` becomes the label that the OCI
    specification has for it; only a tool that reads the old field by `docker inspect` will miss it. Of several in
    one stage only the last counts; the others are removed. There is no fix where the stage has the label already.
    """

    id = "maintainer-instruction"
    aliases = ("DL4000", "MaintainerDeprecated")
    severity = Severity.WARNING
    help = f"use the label {_KEY}"
    fix_safety = Safety.SAFE
    instructions = (Maintainer,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        instructions = stage.instructions_of(Maintainer)
        for instruction in instructions:
            fix = _replaced(instruction, stage) if instruction is instructions[-1] else _removed(instruction)
            yield Finding(instruction, "MAINTAINER is deprecated", fix=fix)

    def check_file(self, model: Model) -> Iterator[Finding]:
        for instruction in model.preamble:
            if isinstance(instruction, Maintainer):
                yield Finding(instruction, "MAINTAINER is deprecated")


def _replaced(instruction: Maintainer, stage: Stage) -> Fix | None:
    if _has_label(stage.instructions):
        return None
    escape = instruction.argument.escape
    special = ('"', "$", escape)
    name = _unquoted(instruction.argument.value.strip())
    text = "".join([escape + character if character in special else character for character in name])
    keyword = "label" if instruction.head.text.islower() else "LABEL"
    edits = replace(instruction, f'{keyword} {_KEY}="{text}"')
    declares = frozenset({Change.INSTRUCTIONS, Change.LABEL})
    return Fix(Safety.SAFE, f"set the label {_KEY}", edits, declares) if edits else None


def _removed(instruction: Maintainer) -> Fix | None:
    """The fix of one that another one of its stage replaces."""
    edits = remove(instruction)
    return Fix(Safety.SAFE, "remove it", edits, frozenset({Change.INSTRUCTIONS})) if edits else None


def _has_label(instructions: tuple[Instruction, ...]) -> bool:
    triggered = [each.trigger if isinstance(each, Onbuild) else each for each in instructions]
    labels = [each for each in triggered if isinstance(each, Label)]
    return any(setting.name.value.strip("\"'") == _KEY for label in labels for setting in label.settings)


def _unquoted(text: str) -> str:
    """The text without the quotes that MAINTAINER, unlike LABEL, takes for a part of it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
