"""The rule `packages-upgraded-in-build`."""

from collections.abc import Iterator

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships

_MOVES_TO_A_RELEASE = ("distro-sync", "dup")


class PackagesUpgradedInBuild(Rule):
    """A build upgrades all packages of its base image.

    ## What it does

    Reports `apt-get upgrade` and `dist-upgrade`, `apk upgrade`, `yum update`, `dnf upgrade` and `zypper update`
    that name no packages, in the stages that the final image is made of. The rule is off by default.

    ## Why is this bad

    Each upgraded package ships twice, in the base image and in the layer that replaces it, and what is upgraded
    depends on the day of the build. On the other hand it is how security updates get in before the base image has
    them, which is why many do it on purpose: turn the rule on where base images are rebuilt often enough.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get upgrade -y
    ```

    ```dockerfile
    FROM debian:12-slim@sha256:b1a741487078b369e78119849663d7f1a5341ef2768798f7b7406c4240f86aef
    ```
    """

    id = "packages-upgraded-in-build"
    aliases = ("DL3005", "DL3017", "DL3031", "DL3039")
    severity = Severity.INFO
    default = False
    help = "take a newer base image, or upgrade by name what must be newer"
    managers = ("apt", "apk", "dnf", "zypper")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.action is not PackageAction.UPGRADE or command.packages or command.verb in _MOVES_TO_A_RELEASE:
            return
        if ships(command.run.stage):
            yield Finding(command, f"what {command.tool} {command.verb} replaces ships twice")
