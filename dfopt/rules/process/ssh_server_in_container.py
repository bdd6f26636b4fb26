"""The rule `ssh-server-in-container`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import entries
from dfopt.rules.shared.leftovers import ships
from dfopt.syntax.commands import Command
from dfopt.syntax.nodes import Cmd, Entrypoint

_PROGRAMS = frozenset({"sshd", "dropbear"})
_SERVICES = frozenset({"ssh", "sshd", "dropbear"})
_PACKAGES = frozenset({"dropbear", "openssh-server"})


class SshServerInContainer(Rule):
    """The image has an SSH server.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image that starts sshd or dropbear, and a package of an SSH server that is
    installed in the final image.

    ## Why is this bad

    Whoever may start a container may also `exec` into it, with the rights that the engine or the cluster gives. A
    server beside the program is a second way in, with keys or passwords that lie in the image, that must be patched
    and watched, and that somebody will find open.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y openssh-server
    CMD ["/usr/sbin/sshd", "-D"]
    ```

    ```dockerfile
    FROM debian:12-slim
    CMD ["/usr/local/bin/server"]
    ```
    """

    id = "ssh-server-in-container"
    help = "use `docker exec` or `kubectl exec` to look into a container"
    instructions = (Cmd, Entrypoint)
    managers = ("apt", "apk", "dnf", "zypper", "pacman")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.is_install and ships(command.run.stage):
            for package in command.packages:
                if package.name in _PACKAGES or (package.name == "ssh" and command.manager == "apt"):
                    yield Finding(package, f"{package.name} puts an SSH server into the image")

    def check_file(self, model: Model) -> Iterator[Finding]:
        for entry in entries(model):
            if server := next((name for each in entry.commands if (name := _server(each))), None):
                yield Finding(entry.instruction, f"the container starts the SSH server {server}")


def _server(command: Command) -> str | None:
    """The SSH server that a command starts, by itself or by its init script."""
    words = [word.value for word in command.words]
    if command.program in _PROGRAMS:
        return command.program
    if command.program == "service" and len(words) > 1 and words[1] in _SERVICES:
        return words[1]
    is_script = bool(words) and words[0].startswith("/etc/init.d/") and command.program in _SERVICES
    return command.program if is_script else None
