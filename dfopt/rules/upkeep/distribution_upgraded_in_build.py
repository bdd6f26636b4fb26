"""The rule `distribution-upgraded-in-build`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.rule import Finding, Rule

_VERBS = ("dist-upgrade", "dup", "distro-sync")


class DistributionUpgradedInBuild(Rule):
    """A build moves the image to another state of its distribution.

    ## What it does

    Reports `zypper dist-upgrade` (`dup`) and `dnf distro-sync`.

    ## Why is this bad

    They make of the base image something that its tag no longer says: packages are replaced, downgraded and
    removed, and what is replaced ships twice, in the base and in the new layer. A newer base image gives the same,
    smaller, and with a name.

    ## Example

    ```dockerfile
    FROM opensuse/leap:15.5
    RUN zypper --non-interactive dist-upgrade
    ```

    ```dockerfile
    FROM opensuse/leap:15.6
    ```
    """

    id = "distribution-upgraded-in-build"
    aliases = ("DL3035",)
    help = "take a newer base image"
    managers = ("zypper", "dnf")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.verb in _VERBS:
            yield Finding(command, f"{command.tool} {command.verb} turns the base image into another release")
