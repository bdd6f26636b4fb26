"""The rule `setuid-bit-set`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.texts import read_mode
from dfopt.syntax.nodes import Add, Copy, Instruction


class SetuidBitSet(Rule):
    """A program is made to run as its owner.

    ## What it does

    Reports `chmod u+s`, `chmod 4755`, `install -m 4755`, `COPY --chmod=4755` and all other modes with the setuid bit,
    in a stage whose layers ship. The setgid bit, which lets folders hand on their group, is left out.

    ## Why is this bad

    Whoever is in the container becomes root by that program, whatever USER says: one fault in it is enough. Engines can
    forbid it (`no-new-privileges`), and the program then fails.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN chmod u+s /usr/bin/ping
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN setcap cap_net_raw+ep /usr/bin/ping
    ```
    """

    id = "setuid-bit-set"
    help = "give the program the one capability that it needs, by setcap, or run the container with it"
    commands = ("chmod", "install")
    instructions = (Add, Copy)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        words = command.operands[:1] if command.program == "chmod" else command.option_values("-m", "--mode")
        for word in words:
            mode = read_mode(command.value(word))
            if mode and mode.is_setuid and ships(command.stage):
                yield Finding(command, f"{command.program} {command.value(word)} makes a program run as its owner")

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        flag = instruction.flag("chmod")
        stage = model.stage_of(instruction)
        if flag is None or not flag.value or stage is None or not ships(stage):
            return
        mode = read_mode(model.expand(flag.value, instruction))
        if mode and mode.is_setuid:
            yield Finding(flag, f"--chmod={flag.value} makes a program run as its owner")
