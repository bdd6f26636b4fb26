"""The rule `maintainer-instruction`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import Edits, replace
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
    specification has for it; only a tool that reads the old field by `docker inspect` will miss it. There is no fix
    where the stage has that label already.
    """

    id = "maintainer-instruction"
    aliases = ("DL4000", "MaintainerDeprecated")
    severity = Severity.WARNING
    help = f"use the label {_KEY}"
    fix_safety = Safety.SAFE
    instructions = (Maintainer,)

    def check_instruction(self, instruction: Maintainer, model: Model) -> Iterator[Finding]:
        edits = _as_label(instruction, model)
        declares = frozenset({Change.INSTRUCTIONS, Change.LABEL})
        fix = Fix(Safety.SAFE, f"set the label {_KEY}", edits, declares) if edits else None
        yield Finding(instruction, "MAINTAINER is deprecated", fix=fix)


def _as_label(instruction: Maintainer, model: Model) -> Edits | None:
    stage = model.stage_of(instruction)
    if stage is None or not _is_last(instruction, stage.instructions) or _has_label(stage.instructions):
        return None
    text = _unquoted(instruction.argument.value.strip())
    if any(character in text for character in '"\\`$\n\r'):
        return None
    keyword = "label" if instruction.head.text.islower() else "LABEL"
    return replace(instruction, f'{keyword} {_KEY}="{text}"')


def _is_last(instruction: Maintainer, instructions: tuple[Instruction, ...]) -> bool:
    """Whether it is the one of several in the stage that counts; what ONBUILD triggers is never."""
    return [each for each in instructions if isinstance(each, Maintainer)][-1:] == [instruction]


def _has_label(instructions: tuple[Instruction, ...]) -> bool:
    triggered = [each.trigger if isinstance(each, Onbuild) else each for each in instructions]
    labels = [each for each in triggered if isinstance(each, Label)]
    return any(setting.name.value.strip("\"'") == _KEY for label in labels for setting in label.settings)


def _unquoted(text: str) -> str:
    """The text without the quotes that MAINTAINER, unlike LABEL, takes for a part of it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
