"""The rule `invalid-stop-signal`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Stopsignal

_NAMES = frozenset(
    "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP"
    " TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ UNUSED RTMIN RTMAX".split()
)
_REAL_TIME = re.compile(r"RTMIN\+(?:[1-9]|1[0-5])|RTMAX-(?:[1-9]|1[0-4])")
_LAST = 64


class InvalidStopSignal(Rule):
    """STOPSIGNAL names no signal.

    ## What it does

    Reports names that Linux has no signal for, and numbers that are not from 1 to 64.

    ## Why is this bad

    The build fails, or the engine refuses to stop the container.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    STOPSIGNAL SIGTREM
    ```

    ```dockerfile
    FROM debian:12-slim
    STOPSIGNAL SIGTERM
    ```
    """

    id = "invalid-stop-signal"
    severity = Severity.ERROR
    help = "name a signal such as SIGTERM, SIGINT or SIGQUIT"
    instructions = (Stopsignal,)

    def check_instruction(self, instruction: Stopsignal, model: Model) -> Iterator[Finding]:
        signal = model.expand(instruction.argument.value.strip(), instruction)
        if "$" not in signal and not _is_signal(signal.upper().removeprefix("SIG")):
            yield Finding(instruction.argument, f"{signal} is no signal")


def _is_signal(name: str) -> bool:
    if re.fullmatch(r"[+-]?[0-9]+", name):
        return 1 <= int(name) <= _LAST
    return name in _NAMES or _REAL_TIME.fullmatch(name) is not None
