"""The rule `argument-of-from-undeclared`."""

from collections.abc import Container, Iterator
from itertools import islice

from dfopt.model.model import Model
from dfopt.model.scopes import PLATFORM_ARGS
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Arg, From, Node
from dfopt.syntax.words import references

_WITH_DEFAULT = ("-", ":-", "+", ":+")
_MOST_LOOKED_AT = 100


class ArgumentOfFromUndeclared(Rule):
    """FROM uses a variable that no ARG in front of the first FROM declares.

    ## What it does

    Reports variables in the image or the platform of FROM that are neither declared by an ARG in front of the first
    FROM nor set by the builder itself, such as `BUILDPLATFORM`. One with a default (`${TAG:-12}`) is fine.

    ## Why is this bad

    FROM does not see the ARGs of stages, so the variable is empty whatever `--build-arg` says, and the name of the
    image is another one than was meant or none at all.

    ## Example

    ```dockerfile
    FROM debian:12-slim AS build
    ARG VERSION=12
    FROM debian:$VERSION
    ```

    ```dockerfile
    ARG VERSION=12
    FROM debian:12-slim AS build
    FROM debian:$VERSION
    ```
    """

    id = "argument-of-from-undeclared"
    aliases = ("UndefinedArgInFrom",)
    severity = Severity.ERROR
    help = "declare it by an ARG in front of the first FROM"
    instructions = (From,)

    def check_file(self, model: Model) -> Iterator[Finding]:
        declared = {setting.name.value for arg in model.instructions(Arg) for setting in arg.settings}
        for instruction in (stage.from_ for stage in model.stages):
            flag = instruction.flag("platform")
            value = (flag.value or "") if flag else ""
            for place, text in ((instruction.image, instruction.image.value), (flag, value)):
                if place and "$" in text:
                    yield from _undeclared(place, text, declared, model)


def _undeclared(place: Node, text: str, declared: Container[str], model: Model) -> Iterator[Finding]:
    for reference in references(text, model.escape):
        name = reference.name
        if reference.operator in _WITH_DEFAULT or name in model.global_args or name in PLATFORM_ARGS:
            continue
        known = "is declared only inside of a stage" if name in declared else "is declared nowhere"
        yield Finding(place, f"${name} {known}, so that it is empty in FROM{_suggestion(name, model)}")


def _suggestion(name: str, model: Model) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(islice(model.global_args, _MOST_LOOKED_AT)), n=1, cutoff=0.8)
    return f"; did you mean ${near[0]}?" if near else ""
