"""The rule `package-removed-in-later-layer`."""

from collections.abc import Iterator

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.installed import SYSTEM_MANAGERS, listed
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.prices import package_cost


class PackageRemovedInLaterLayer(Rule):
    r"""Packages that one layer brings are removed in a later one.

    ## What it does

    Reports removals (`apt-get purge`, `apk del`, `yum remove`…) of packages that an earlier RUN of the same image
    installs. `apt-get autoremove` alone is not reported, for what it removes can't be told.

    ## Why is this bad

    A layer can only add. The removal hides the files, and the layer below ships them all the same. The price is the
    installed size of the named packages alone, by Debian's package indexes; on other distributions none is stated.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
    RUN gcc -o /usr/local/bin/app /src/app.c
    RUN apt-get purge -y gcc libc6-dev
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev \
        && gcc -o /usr/local/bin/app /src/app.c \
        && apt-get purge -y gcc libc6-dev
    ```
    """

    id = "package-removed-in-later-layer"
    help = "remove in the RUN that installs, or build in a stage of its own and copy the result"
    managers = SYSTEM_MANAGERS

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.action is not PackageAction.REMOVE or not command.packages or not ships(command.run.stage):
            return
        lines = _lines_of_installs(command)
        hidden = [name for name in dict.fromkeys(package.name for package in command.packages) if name in lines]
        if hidden:
            noun = "is" if len(hidden) == 1 else "are"
            message = f"{listed(hidden)} {noun} hidden, not gone: the layer of line {lines[hidden[0]]} still has it"
            message = message if len(hidden) == 1 else message.replace("has it", "has them")
            yield Finding(command, message, cost=package_cost(command.run.stage, tuple(hidden)))


def _lines_of_installs(removal: PackageCommand) -> dict[str, int]:
    """What was installed when a RUN starts, by the line of the RUN that did; virtual packages of apk included."""
    lines: dict[str, int] = {}
    start = removal.run.instruction.span.start
    for stage in reversed(removal.run.stage.lineage):
        for each in stage.package_commands:
            run = each.run.instruction.span.start
            if each.manager != removal.manager or run >= start:
                continue
            names = [package.name for package in each.packages if package.is_resolved and not package.is_path]
            if each.is_install:
                lines.update(dict.fromkeys([*names, *_virtual(each)], run.line))
            elif each.action is PackageAction.REMOVE:
                for name in names:
                    lines.pop(name, None)
    own = (each for each in removal.run.package_commands if each.start < removal.start and each.is_install)
    for each in own:
        for name in [*(package.name for package in each.packages), *_virtual(each)]:
            lines.pop(name, None)
    return lines


def _virtual(command: PackageCommand) -> list[str]:
    word = command.command.option_value("-t", "--virtual") if command.manager == "apk" else None
    return [command.command.value(word)] if word else []
