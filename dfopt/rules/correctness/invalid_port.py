"""The rule `invalid-port`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.ports import port_specifications
from dfopt.syntax.nodes import Expose

_PROTOCOLS = ("", "tcp", "udp", "sctp")
_RANGE = re.compile(r"([+]?[0-9]+)(?:-([+]?[0-9]+))?")
_LAST_PORT = 65535


class InvalidPort(Rule):
    """EXPOSE names something that is no port.

    ## What it does

    Reports ports above 65535, ranges that run backwards, text that is no number, and protocols other than `tcp`, `udp`
    and `sctp`.

    ## Why is this bad

    The build fails.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    EXPOSE 80800
    ```

    ```dockerfile
    FROM debian:12-slim
    EXPOSE 8080
    ```
    """

    id = "invalid-port"
    aliases = ("DL3011",)
    severity = Severity.ERROR
    help = "write port/protocol, with a port from 0 to 65535"
    instructions = (Expose,)

    def check_instruction(self, instruction: Expose, model: Model) -> Iterator[Finding]:
        for port in port_specifications(instruction, model):
            if fault := _fault(port.port, port.protocol):
                yield Finding(port.word, f"{port.text} {fault}")


def _fault(port: str, protocol: str) -> str | None:
    if protocol.lower() not in _PROTOCOLS:
        return f"has a protocol that EXPOSE does not know, {protocol}"
    found = _RANGE.fullmatch(port)
    if not found:
        return "is no port"
    start, end = int(found[1]), int(found[2] or found[1])
    if end < start:
        return "is a range that runs backwards"
    return f"is above the last port, {_LAST_PORT}" if end > _LAST_PORT else None
