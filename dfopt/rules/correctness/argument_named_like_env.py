"""The rule `argument-named-like-env`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Arg, Env, Setting
from dfopt.syntax.words import references


class ArgumentNamedLikeEnv(Rule):
    """ARG and ENV give values to the same name.

    ## What it does

    Reports an ARG below an ENV of the same name in the same stage, and an ENV that replaces an ARG before anything
    could use it. `ENV NAME=$NAME`, which keeps an argument in the image, is fine.

    ## Why is this bad

    An ENV is meant to win over an ARG. Below an ENV, some builders give RUN the value of the argument and others that
    of the ENV, and the container always gets the latter. An argument that an ENV replaces at once can be given any
    value, and nothing changes.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ARG VERSION=1.2
    ENV VERSION=1.3
    ```

    ```dockerfile
    FROM debian:12-slim
    ARG VERSION=1.2
    ENV VERSION=$VERSION
    ```
    """

    id = "argument-named-like-env"
    help = "give one of them another name, or pass the argument on: ENV NAME=$NAME"
    instructions = (Arg,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        arguments: dict[str, int] = {}
        env: dict[str, int] = {}
        for instruction in stage.instructions:
            line = instruction.span.start.line
            if isinstance(instruction, Arg):
                for setting in instruction.settings:
                    name = setting.name.value
                    if name in env:
                        yield Finding(setting, f"{name} is a variable of the ENV in line {env[name]} already")
                    arguments[name] = line
            elif isinstance(instruction, Env):
                for setting in instruction.settings:
                    name = setting.name.value
                    if name in arguments and not any(_refers(each, name, model) for each in instruction.settings):
                        yield Finding(setting, f"this ENV replaces the argument {name} of line {arguments[name]}")
                    if not _refers(setting, name, model):
                        env[name] = line
                arguments = {name: at for name, at in arguments.items() if f"${name}" not in instruction.code}
            else:
                arguments = {}


def _refers(setting: Setting, name: str, model: Model) -> bool:
    if setting.value is None or "$" not in setting.value.text:
        return False
    return any(reference.name == name for reference in references(setting.value.value, model.escape))
