"""The rule `build-tools-in-final-stage`."""

from collections.abc import Iterator

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.leftovers import ships
from dfopt.rules.prices import installed_cost
from dfopt.rules.rule import Finding, Rule


class BuildToolsInFinalStage(Rule):
    """Compilers and headers are in the final image.

    ## What it does

    Reports installations of compilers, build systems and development files of libraries in the stages that the final
    image is made of, unless the same RUN removes them again.

    ## Why is this bad

    They are of use while something is built and of none while it runs. They are often most of the image, and they help
    whoever breaks in.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential libssl-dev
    COPY . /src
    RUN make -C /src install
    ```

    ```dockerfile
    FROM debian:12-slim AS build
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential libssl-dev
    COPY . /src
    RUN make -C /src install

    FROM debian:12-slim
    COPY --from=build /usr/local /usr/local
    ```
    """

    id = "build-tools-in-final-stage"
    help = "build in a stage of its own and copy the result into the final one"
    managers = ("apt", "apk", "dnf", "zypper", "pacman")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.is_install or not ships(command.run.stage):
            return
        from dfopt.knowledge.packages import is_build_tool

        tools = [package.name for package in command.packages if package.is_resolved and is_build_tool(package.name)]
        removed = _removed_later(command)
        left = [name for name in dict.fromkeys(tools) if name not in removed]
        if left and "*" not in removed:
            cost = installed_cost(
                command.run.stage, tuple(left), recommends=not command.has_option("--no-install-recommends")
            )
            yield Finding(
                command, f"{_listed(left)} {'is' if len(left) == 1 else 'are'} only of use while building", cost=cost
            )


def _removed_later(command: PackageCommand) -> set[str]:
    """The packages that the same RUN removes again; `*` where it removes what can't be told from names."""
    removals = [
        each
        for each in command.run.package_commands
        if each.manager == command.manager and each.action is PackageAction.REMOVE and each.start > command.start
    ]
    names = {package.name for each in removals for package in each.packages}
    virtual = command.command.option_value("-t", "--virtual") if command.manager == "apk" else None
    is_unclear = any(not package.is_resolved for each in removals for package in each.packages)
    return names | {"*"} if is_unclear or (virtual and command.command.value(virtual) in names) else names


def _listed(names: list[str]) -> str:
    shown = names[:4]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
