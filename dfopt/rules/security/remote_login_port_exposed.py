"""The rule `remote-login-port-exposed`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.syntax.nodes import Expose, Instruction

_PORTS = {
    22: "SSH",
    23: "Telnet",
    512: "rexec",
    513: "rlogin",
    2375: "the Docker engine without encryption",
    3389: "RDP",
    5900: "VNC",
}


_WIDEST = 100
"""A range of more ports is no choice of one of them."""


class RemoteLoginPortExposed(Rule):
    """The port of a remote login is exposed.

    ## What it does

    Reports EXPOSE of the TCP ports 22 (SSH), 23 (Telnet), 512 and 513 (rexec, rlogin), 2375 (the Docker engine without
    encryption), 3389 (RDP) and 5900 (VNC), also within a range of up to 100 ports.

    ## Why is this bad

    Such a port is a way into the container beside its service, and the first that is tried. `docker run -P` and some
    platforms publish all exposed ports.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    EXPOSE 22 8080
    ```

    ```dockerfile
    FROM debian:12-slim
    EXPOSE 8080
    ```
    """

    id = "remote-login-port-exposed"
    aliases = ("DS-0004", "AVD-DS-0004", "CKV_DOCKER_1")
    help = "leave the port and its server out, and use `docker exec` or `kubectl exec`"
    instructions = (Expose,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        stage = model.stage_of(instruction)
        if not isinstance(instruction, Expose) or stage is None or not ships(stage):
            return
        for token in instruction.words:
            text, _, protocol = model.expand(token.value, instruction).partition("/")
            if protocol.lower() in ("", "tcp") and (port := _login_port(text)):
                yield Finding(token, f"port {port} is that of {_PORTS[port]}")


def _login_port(text: str) -> int | None:
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        return None
    ports = range(int(first), int(last if dash else first) + 1)
    return next((port for port in _PORTS if port in ports), None) if len(ports) <= _WIDEST else None
