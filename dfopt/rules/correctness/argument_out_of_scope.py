"""The rule `argument-out-of-scope`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.runs import RunFacts
from dfopt.model.scopes import PLATFORM_ARGS
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import insert_before
from dfopt.rules.rule import Finding, Place, Rule
from dfopt.rules.shared.variables import uses
from dfopt.syntax.commands import Word
from dfopt.syntax.nodes import Arg, Env, Instruction, Run

_SINGLE_QUOTED = re.compile(r"'[^']*'")
_USE = re.compile(r"(?<!\\)\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")


class ArgumentOutOfScope(Rule):
    """An argument is used where it is not declared.

    ## What it does

    Reports the first use, in each stage, of an argument that is declared in front of the first FROM, or that the
    builder sets by itself (`TARGETARCH`), and not in the stage; and the use of an ARG or ENV in front of the line that
    defines it. Scripts of RUN are looked at too, unless they assign the variable themselves.

    ## Why is this bad

    An ARG in front of FROM is for FROM alone. In a stage the variable is empty until an `ARG NAME` of that stage, and
    the build goes on with nothing in its place.

    ## Example

    ```dockerfile
    ARG VERSION=1.2
    FROM debian:12-slim
    ENV APP_VERSION=$VERSION
    ```

    ```dockerfile
    ARG VERSION=1.2
    FROM debian:12-slim
    ARG VERSION
    ENV APP_VERSION=$VERSION
    ```

    ## Fix safety

    Unsafe: the variable has a value then, which it had not.
    """

    id = "argument-out-of-scope"
    help = "declare it in the stage, above its first use: ARG NAME"
    fix_safety = Safety.UNSAFE
    instructions = (Arg, Env)

    def check_file(self, model: Model) -> Iterator[Finding]:
        from_outside = {name for name in (*model.global_args, *PLATFORM_ARGS) if name in model.text}
        for stage in model.stages:
            yield from _findings(stage, from_outside, model)


def _findings(stage: Stage, from_outside: set[str], model: Model) -> Iterator[Finding]:
    lines = _definitions(stage)
    met: set[str] = set()
    for instruction in stage.instructions:
        config = stage.config_at(instruction)
        for name, place in _uses(instruction, from_outside, model):
            if name in met or name in config.args or name in config.variables:
                continue
            met.add(name)
            if name in model.global_args or isinstance(instruction, Run):
                yield _undeclared(name, place, instruction, model)
            elif lines.get(name, 0) > instruction.span.end.line:
                yield Finding(place, f"${name} is used here and defined in line {lines[name]}", aliases=_ALIASES)


_ALIASES = ("UndefinedVar",)


def _definitions(stage: Stage) -> dict[str, int]:
    """The line of the first ARG or ENV of each name."""
    lines: dict[str, int] = {}
    for instruction in (*stage.instructions_of(Arg), *stage.instructions_of(Env)):
        for setting in instruction.settings:
            line = instruction.span.start.line
            lines[setting.name.value] = min(line, lines.get(setting.name.value, line))
    return lines


def _uses(instruction: Instruction, from_outside: set[str], model: Model) -> Iterator[tuple[str, Place]]:
    if not isinstance(instruction, Run):
        yield from uses(instruction)
    elif from_outside and (run := model.run(instruction)):
        yield from _uses_in_script(run, from_outside)


def _uses_in_script(run: RunFacts, from_outside: set[str]) -> Iterator[tuple[str, Place]]:
    """The arguments from outside that the commands of a RUN read, as far as its script does not assign them."""
    text = "".join([script.text for script in run.scripts])
    written = {name for name in from_outside if name in text}
    if not written:
        return
    for name in sorted({found[1] or found[2] for found in _USE.finditer(text)} & written):
        if re.search(rf"\b{name}=|\b(?:read|for|export|local|declare)\b[^;&|\n]*\b{name}\b", text):
            continue
        if word := next((word for word in _words(run) if _reads(word, name)), None):
            yield name, word


def _words(run: RunFacts) -> Iterator[Word]:
    for command in run.commands:
        yield from command.words
        yield from (assignment.value for assignment in command.assignments)
        yield from (redirect.target for redirect in command.redirects if redirect.target)


def _reads(word: Word, name: str) -> bool:
    return any(name in (found[1], found[2]) for found in _USE.finditer(_SINGLE_QUOTED.sub("", word.text)))


def _undeclared(name: str, place: Place, instruction: Instruction, model: Model) -> Finding:
    declares = {Change.INSTRUCTIONS}
    if instruction.keyword in Change.__members__:
        declares.add(Change[instruction.keyword])
    edits = insert_before(model.tree, instruction, f"ARG {name}")
    fix = Fix(Safety.UNSAFE, f"declare {name} in the stage", edits, frozenset(declares))
    return Finding(place, f"${name} is not declared in this stage, so that it is empty", fix=fix, aliases=_ALIASES)
