"""The rule `debian-frontend-in-env`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Env, Instruction

_NAME = "DEBIAN_FRONTEND"


class DebianFrontendInEnv(Rule):
    """DEBIAN_FRONTEND is set for every container.

    ## What it does

    Reports `ENV DEBIAN_FRONTEND`.

    ## Why is this bad

    It is a setting for the build that ENV keeps for each container and for each image that is built on this one.
    Whoever runs `apt-get install` or `dpkg-reconfigure` in a container later wonders why no question is asked. ARG
    has the same effect on RUN and ends with the build.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ENV DEBIAN_FRONTEND=noninteractive
    ```

    ```dockerfile
    FROM debian:12-slim
    ARG DEBIAN_FRONTEND=noninteractive
    ```
    """

    id = "debian-frontend-in-env"
    severity = Severity.INFO
    help = "use ARG DEBIAN_FRONTEND=noninteractive, or set it in front of the command"
    instructions = (Env,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        if isinstance(instruction, Env):
            for setting in instruction.settings:
                if setting.name.value == _NAME:
                    yield Finding(setting, f"{_NAME} stays set in every container")
