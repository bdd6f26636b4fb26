"""The rule `stop-signal-cannot-be-caught`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Instruction, Stopsignal

_SIGNALS = {
    **dict.fromkeys(("9", "KILL", "SIGKILL"), "SIGKILL"),
    **dict.fromkeys(("19", "STOP", "SIGSTOP"), "SIGSTOP"),
}


class StopSignalCannotBeCaught(Rule):
    """The signal that stops the container can't be caught.

    ## What it does

    Reports `STOPSIGNAL SIGKILL` and `STOPSIGNAL SIGSTOP`, by name or by number.

    ## Why is this bad

    The signal is the program's one chance to finish requests and to close its files. SIGKILL ends it at once, and
    SIGSTOP only freezes it, until the engine kills it after ten seconds.

    ## Example

    ```dockerfile
    FROM nginx:1.29
    STOPSIGNAL SIGKILL
    ```

    ```dockerfile
    FROM nginx:1.29
    STOPSIGNAL SIGQUIT
    ```
    """

    id = "stop-signal-cannot-be-caught"
    aliases = ("tally/no-ungraceful-stopsignal",)
    help = "name a signal that the program heeds: SIGTERM, or SIGQUIT, SIGINT, SIGWINCH where its manual says so"
    instructions = (Stopsignal,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        if isinstance(instruction, Stopsignal):
            value = model.expand(instruction.argument.value, instruction).strip().strip("\"'")
            if signal := _SIGNALS.get(value.upper()):
                yield Finding(instruction.argument, f"the program can't catch {signal} and has no chance to finish")
