"""The rule `pointless-command-in-build`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.runs import RunFacts
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.commands import Context

_WHY = {
    "free": "shows the memory of the machine that builds",
    "ifconfig": "shows or sets the network of this one RUN",
    "kill": "can only end a process that this RUN has started",
    "mount": "is not allowed in a build, and gone after the RUN",
    "ps": "shows the processes of this one RUN",
    "service": "starts or stops a process that ends with this RUN",
    "shutdown": "has no machine to shut down",
    "ssh": "talks to a machine that the build should not depend on",
    "systemctl": "has no systemd to talk to while an image is built",
    "top": "shows the processes of this one RUN",
    "vim": "waits for somebody who types",
}
_WORK_ON_FILES = ("enable", "disable", "mask", "unmask", "preset", "set-default", "preset-all")
_IDLE = ("echo", "sleep", "true")


class PointlessCommandInBuild(Rule):
    """A program is run that makes no sense while an image is built.

    ## What it does

    Reports `free`, `ifconfig`, `kill`, `mount`, `ps`, `service`, `shutdown`, `ssh`, `systemctl`, `top` and `vim` in
    a RUN. Left alone are `kill` after something was started in the background, `ssh` with a mount of the agent,
    `mount` in an insecure RUN, `service` for what else the same RUN does, and what `systemctl` does to files only
    (`enable`, `mask`).

    ## Why is this bad

    Processes, mounts and network settings of a RUN end with it; an image holds files. What looks like a service that
    was started is a service that nobody starts.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN service cron start
    ```

    ```dockerfile
    FROM debian:12-slim
    CMD ["cron", "-f"]
    ```
    """

    id = "pointless-command-in-build"
    aliases = ("DL3001",)
    severity = Severity.INFO
    help = "take it out; what must run in the container is for CMD or ENTRYPOINT"
    commands = tuple(_WHY)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        if not _makes_sense(command):
            yield Finding(command, f"{command.program} {_WHY[command.program]}")


def _makes_sense(command: Invocation) -> bool:
    run = command.run
    if command.program == "kill":
        return _has_background(run)
    if command.program == "service":
        return _serves_the_run(command)
    if command.program == "ssh":
        return any(mount.type == "ssh" for mount in run.mounts)
    if command.program == "mount":
        return run.security == "insecure"
    if command.program == "systemctl":
        return any(word.value in _WORK_ON_FILES for word in command.arguments)
    return False


def _serves_the_run(command: Invocation) -> bool:
    """Whether a service is started for commands behind it, or one that the RUN has started is stopped."""
    if _does(command, "start", "restart"):
        return any(each.program not in _IDLE and each.program != "service" for each in command.following)
    started = [each for each in command.run.commands_named("service") if _does(each, "start", "restart")]
    return any(each.start < command.start for each in started)


def _does(command: Invocation, *verbs: str) -> bool:
    return any(word.value in verbs for word in command.operands[1:])


def _has_background(run: RunFacts) -> bool:
    return any(each.connector == "&" or Context.BACKGROUND in each.context for each in run.commands)
