"""Packages that an installation brings into the final image."""

from collections.abc import Callable

from dfopt.model.managers import PackageAction
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Cost
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.prices import saved_cost

SYSTEM_MANAGERS = ("apt", "apk", "dnf", "zypper", "pacman")


def kept(command: PackageCommand, wanted: Callable[[str], bool]) -> list[str]:
    """The packages of a kind that a command installs and that its RUN does not remove, where the image gets them."""
    if not command.is_install or not ships(command.run.stage):
        return []
    names = [package.name for package in command.packages if package.is_resolved and wanted(package.name)]
    removed = _removed_later(command) if names else set()
    return [] if "*" in removed else [name for name in dict.fromkeys(names) if name not in removed]


def weight(command: PackageCommand, names: list[str]) -> Cost | None:
    """What the image is smaller by without packages that a command installs; None where it is not known."""
    others = [
        package.name
        for stage in command.run.stage.lineage
        for each in stage.package_commands
        if each.manager == command.manager and each.is_install
        for package in each.packages
        if package.is_resolved and package.name not in names
    ]
    recommends = not command.has_option("--no-install-recommends")
    return saved_cost(command.run.stage, tuple(names), tuple(dict.fromkeys(others)), recommends=recommends)


def listed(names: list[str]) -> str:
    """The first names of a list, as a sentence has them."""
    shown = names[:4]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


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
