"""The rule `service-started-alone`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule

_PROGRAMS = ("service", "systemctl", "rc-service")
_HARMLESS = frozenset(("sleep", "true", "echo"))


class ServiceStartedAlone(Rule):
    """A RUN starts a service and ends.

    ## What it does

    Reports `service NAME start` and `systemctl start NAME` at the end of a RUN. A service that is started for what
    follows in the same RUN is fine.

    ## Why is this bad

    All processes of a RUN are killed when it ends. In the container nothing of it runs; what is left of it is at best a
    stale lock or PID file.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN service postgresql start
    RUN createdb app
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN service postgresql start && createdb app && service postgresql stop
    ```
    """

    id = "service-started-alone"
    help = "start it in the RUN that needs it, or by CMD"
    commands = _PROGRAMS

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        name = _started(command)
        following = command.run.commands[command.index + 1 :]
        if name and all(each.program in _HARMLESS or _started(each) for each in following):
            yield Finding(command, f"{name} is started, and killed at the end of this RUN")


def _started(command: Invocation) -> str | None:
    """The service that a command starts."""
    words = [word.value for word in command.operands]
    if command.program == "systemctl":
        words.reverse()
    is_start = command.program in _PROGRAMS and len(words) == 2 and words[1] in ("start", "restart")
    return words[0] if is_start else None
