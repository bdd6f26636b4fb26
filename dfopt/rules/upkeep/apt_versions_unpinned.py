"""The rule `apt-versions-unpinned`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.pins import is_bound, unpinned
from dfopt.rules.rule import Finding, Rule


class AptVersionsUnpinned(Rule):
    """apt installs packages without a version.

    ## What it does

    Reports `apt-get install` (and `apt`, `aptitude`) of packages that have neither a version (`curl=7.88.1-10`) nor a
    release (`curl/bookworm`). Files and addresses of packages are versions in themselves.

    ## Why is this bad

    The same Dockerfile gives other images on other days, and a cached layer gives yet another one. There is no fix:
    the archives of Debian and Ubuntu keep only the newest version of a release, so a pin written today breaks the
    build as soon as a security update replaces it. Pin to a pattern (`curl=7.88.*`), install from a dated snapshot of
    the archive, or pin the base image by its digest and accept what it brings.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.*
    ```
    """

    id = "apt-versions-unpinned"
    aliases = ("DL3008",)
    help = "give each package a version, `curl=7.88.*`, or install from a snapshot of the archive"
    managers = ("apt",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.verb in ("install", "reinstall"):
            yield from unpinned(command, _is_pinned)


def _is_pinned(package: Package) -> bool:
    return is_bound(package) or package.name.endswith((".deb", "-"))
