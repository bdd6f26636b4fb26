"""The rule `base-invalid-by-default`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.scopes import PLATFORM_ARGS
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import From
from dfopt.syntax.words import WordError, expand, references


class BaseInvalidByDefault(Rule):
    """FROM names no image unless the build gives an argument.

    ## What it does

    Reports FROM whose image is empty or malformed with the defaults of the file's ARGs: `FROM debian:$TAG` below
    `ARG TAG`.

    ## Why is this bad

    A plain `docker build .` fails, and so do the tools that read a Dockerfile without building it.

    ## Example

    ```dockerfile
    ARG TAG
    FROM debian:$TAG
    ```

    ```dockerfile
    ARG TAG=12-slim
    FROM debian:$TAG
    ```
    """

    id = "base-invalid-by-default"
    aliases = ("InvalidDefaultArgInFrom",)
    severity = Severity.INFO
    help = "give the argument a default"
    instructions = (From,)

    def check_instruction(self, instruction: From, model: Model) -> Iterator[Finding]:
        text = instruction.image.value
        if "$" not in text:
            return
        used = {reference.name for reference in references(text, model.escape)}
        if not used <= model.global_args.keys() | PLATFORM_ARGS:
            return
        platform = dict.fromkeys(PLATFORM_ARGS, "linux")
        defaults = {name: value for name, value in model.global_args.items() if value is not None}
        try:
            image = expand(text, platform | defaults, model.escape)
        except WordError:
            return
        if not _is_valid(image, model):
            shown = image or "no name at all"
            yield Finding(instruction.image, f"with the defaults of its arguments {text} is {shown}, which is no image")


def _is_valid(image: str, model: Model) -> bool:
    from dfopt.knowledge.references import parse_reference

    return "$" in image or parse_reference(image) is not None or model.stage(image) is not None
