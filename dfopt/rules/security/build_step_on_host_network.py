"""The rule `build-step-on-host-network`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Instruction, Run


class BuildStepOnHostNetwork(Rule):
    """A build step is on the network of the builder's host.

    ## What it does

    Reports `RUN --network=host`.

    ## Why is this bad

    What the step runs or downloads reaches all that listens on the host's own addresses: databases, agents, the
    metadata service of the cloud with its keys. What it builds may depend on the machine, too, and the builder must
    allow it (`--allow network.host`).

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN --network=host curl -fsSLO http://localhost:8000/tool.tar.gz
    ```

    ```dockerfile
    FROM debian:12-slim
    COPY tool.tar.gz .
    ```
    """

    id = "build-step-on-host-network"
    severity = Severity.INFO
    help = "copy what the step needs, or mount it"
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        flag = instruction.flag("network")
        if flag and (flag.value or "").lower() == "host":
            yield Finding(flag, "the step reaches all that listens on the builder's host")
