"""The rule `sudo-in-image`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships

_PACKAGES = frozenset({"doas", "sudo", "sudo-rs"})


class SudoInImage(Rule):
    """sudo is installed in the final image.

    ## What it does

    Reports the packages sudo, sudo-rs and doas, installed in a stage whose layers ship and not removed there.

    ## Why is this bad

    sudo is a setuid program whose faults make anybody root, and a rule without a password, which it needs in a
    container, makes anybody root without a fault. It also stays in front of what it runs and keeps signals from it.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends sudo && rm -rf /var/lib/apt/lists/*
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends gosu && rm -rf /var/lib/apt/lists/*
    ```
    """

    id = "sudo-in-image"
    severity = Severity.INFO
    help = "use USER in the build, and gosu, su-exec or setpriv where the container must switch its user"
    managers = ("apk", "apt", "dnf", "pacman", "zypper")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.is_install or not ships(command.run.stage):
            return
        for package in command.packages:
            if package.name in _PACKAGES and not _is_removed(package.name, command):
                yield Finding(package, f"{package.name} lets whoever is in the container become root")


def _is_removed(name: str, command: PackageCommand) -> bool:
    later = (each for each in command.run.package_commands if each.start > command.start)
    return any(name in [package.name for package in each.packages] for each in later if not each.is_install)
