"""The rule `init-system-in-container`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import entries
from dfopt.syntax.nodes import Cmd, Entrypoint

_PROGRAMS = frozenset({"init", "systemd", "upstart", "my_init", "openrc", "openrc-init", "runit", "runit-init"})
_CONTROLLERS = frozenset({"systemctl", "initctl", "rc-service", "telinit"})


class InitSystemInContainer(Rule):
    """The container starts an init system.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image that runs `init`, systemd, upstart, OpenRC or runit, or that asks
    one of them to start a service. Small inits that start one program and reap its children (tini, dumb-init) are
    right, and `/init` is left alone: there s6-overlay has its own, which is made for containers.

    ## Why is this bad

    A container is not a virtual machine: the engine starts it, watches it, restarts it and takes its output. An init
    system does all of this a second time, hides from the engine whether the program still runs, and mostly needs
    privileges that make the container as strong as the host.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    CMD ["/sbin/init"]
    ```

    ```dockerfile
    FROM debian:12-slim
    CMD ["nginx", "-g", "daemon off;"]
    ```
    """

    id = "init-system-in-container"
    help = "start the program itself in the foreground, one a container"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        for entry in entries(model):
            for command in entry.commands:
                if command.program in _PROGRAMS and command.words[0].value != "/init":
                    yield Finding(entry.instruction, f"the container starts {command.program}, an init system")
                    break
                if command.program in _CONTROLLERS:
                    yield Finding(
                        entry.instruction, f"{command.program} needs an init system, and a container has none"
                    )
                    break
