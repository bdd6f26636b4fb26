"""The rule `package-index-updated-alone`."""

from collections.abc import Iterator

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.index_updates import join_with_installation

_INDEX = {"apt": "/var/lib/apt/lists", "apk": "/var/cache/apk"}
_TIDIES = frozenset(("apt-get", "apt", "apk", "echo", "rm", "true"))


class PackageIndexUpdatedAlone(Rule):
    """A RUN updates the package index and installs nothing.

    ## What it does

    Reports RUNs that end with `apt-get update` or `apk update`.

    ## Why is this bad

    The build cache keeps such a RUN for as long as its text stays the same, so the RUNs below it install from an
    index of months ago: what is out of date, or what is gone, and then the build fails. The index also stays in a
    layer of its own, where no later RUN can remove it.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update
    RUN apt-get install -y --no-install-recommends curl=7.88.*
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.*
    ```

    ## Fix safety

    Safe: where the next instruction is a RUN that installs, the two are joined with `&&`, so the same commands run in
    the same order. Elsewhere there is no fix.
    """

    id = "package-index-updated-alone"
    help = "update in the RUN that installs"
    fix_safety = Safety.SAFE
    managers = ("apt", "apk")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        run = command.run
        if command.action is not PackageAction.UPDATE or run.mount_over(_INDEX[command.manager]) or run.is_trigger:
            return
        following = command.command.following
        if any(each.start > command.start and _installs(each, command) for each in run.package_commands):
            return
        if all(each.program in _TIDIES for each in following):
            message = f"the RUN updates the index of {command.manager} and installs nothing"
            yield Finding(command, message, fix=join_with_installation(command))


def _installs(other: PackageCommand, command: PackageCommand) -> bool:
    return other.manager == command.manager and other.action is not PackageAction.CLEAN
