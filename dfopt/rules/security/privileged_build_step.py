"""The rule `privileged-build-step`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Instruction, Run


class PrivilegedBuildStep(Rule):
    """A build step runs without the sandbox.

    ## What it does

    Reports `RUN --security=insecure`.

    ## Why is this bad

    The step has all capabilities and the devices of the builder's host, so that whatever it runs or downloads is root
    there. The build also needs a builder that allows it (`--allow security.insecure`).

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN --security=insecure mount -t tmpfs tmpfs /mnt
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN --mount=type=tmpfs,target=/mnt touch /mnt/file
    ```
    """

    id = "privileged-build-step"
    help = "do it by a mount of the RUN, or outside of the build"
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        flag = instruction.flag("security")
        if flag and (flag.value or "").lower() == "insecure":
            yield Finding(flag, "the step is root on the builder's host")
