"""The rule `apk-versions-unpinned`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.pins import is_bound, unpinned


class ApkVersionsUnpinned(Rule):
    """apk installs packages without a version.

    ## What it does

    Reports `apk add` of packages without a version or a bound (`curl=8.11.1-r0`, `curl~8.11`, `curl>8`). A repository
    (`curl@edge`) is no version.

    ## Why is this bad

    The same Dockerfile gives other images on other days, and a cached layer gives yet another one. There is no fix:
    Alpine keeps only the newest version of a release, so an exact pin written today breaks the build with the next
    update. A fuzzy one, `curl~8.11`, holds longer.

    ## Example

    ```dockerfile
    FROM alpine:3.21
    RUN apk add --no-cache curl
    ```

    ```dockerfile
    FROM alpine:3.21
    RUN apk add --no-cache curl~8.11
    ```
    """

    id = "apk-versions-unpinned"
    aliases = ("DL3018",)
    help = "give each package a version, `curl~8.11`"
    managers = ("apk",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.verb == "add":
            yield from unpinned(command, _is_pinned)


def _is_pinned(package: Package) -> bool:
    is_repository = package.operator == "@"
    return (is_bound(package) and not is_repository) or package.name.startswith("!") or package.name.endswith(".apk")
