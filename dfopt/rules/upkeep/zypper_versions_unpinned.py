"""The rule `zypper-versions-unpinned`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.pins import is_bound, unpinned


class ZypperVersionsUnpinned(Rule):
    """zypper installs packages without a version.

    ## What it does

    Reports `zypper install` of packages that have neither a version nor a bound (`curl=8.6.0`, `curl>=8`). Patterns and
    files are left alone.

    ## Why is this bad

    The same Dockerfile gives other images on other days, and a cached layer gives yet another one. There is no fix, for
    a version that is right today may leave the repositories tomorrow.

    ## Example

    ```dockerfile
    FROM opensuse/leap:15.6
    RUN zypper --non-interactive install curl && zypper clean --all
    ```

    ```dockerfile
    FROM opensuse/leap:15.6
    RUN zypper --non-interactive install 'curl>=8.6' && zypper clean --all
    ```
    """

    id = "zypper-versions-unpinned"
    aliases = ("DL3037",)
    help = "give each package a version, `curl=8.6.0`"
    managers = ("zypper",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        kind = command.command.option_value("-t", "--type")
        if command.verb in ("install", "in") and (kind is None or kind.value == "package"):
            yield from unpinned(command, _is_pinned)


def _is_pinned(package: Package) -> bool:
    return is_bound(package) or package.name.startswith(("-", "!", "pattern:")) or package.name.endswith(".rpm")
