"""The rule `apk-virtual-never-removed`."""

import re
from collections.abc import Iterator

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships

_TO_BE_KEPT = re.compile(r"run|persist|keep")


class ApkVirtualNeverRemoved(Rule):
    r"""A virtual package of apk is made and not removed.

    ## What it does

    Reports `apk add --virtual NAME` without `apk del NAME` anywhere behind it, in the stages that the final image
    is made of.

    ## Why is this bad

    A virtual package has no other use than to remove a group of packages at once, mostly those that only the build
    needs. Without the removal they all ship. No price is stated, for no catalogue of these packages is at hand.

    ## Example

    ```dockerfile
    FROM alpine:3.21
    RUN apk add --no-cache --virtual .build gcc musl-dev \
        && gcc -o /app /src/app.c
    ```

    ```dockerfile
    FROM alpine:3.21
    RUN apk add --no-cache --virtual .build gcc musl-dev \
        && gcc -o /app /src/app.c \
        && apk del .build
    ```
    """

    id = "apk-virtual-never-removed"
    help = "end the RUN with `apk del` of that name, or install without --virtual"
    managers = ("apk",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        word = command.command.option_value("-t", "--virtual")
        if word is None or not command.is_install or not ships(command.run.stage):
            return
        name = command.command.value(word)
        if not _TO_BE_KEPT.search(name) and not any(
            _removes(each, name) for each in model.package_commands if each.start > command.start
        ):
            yield Finding(word, f"the packages of {name} are not removed again")


def _removes(command: PackageCommand, name: str) -> bool:
    if command.manager != "apk" or command.action is not PackageAction.REMOVE:
        return False
    return any(package.name == name or not package.is_resolved for package in command.packages)
