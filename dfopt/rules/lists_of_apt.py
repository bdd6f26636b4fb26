"""Where the package lists of apt come from."""

import re

from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.packages import PackageCommand
from dfopt.model.paths import is_below
from dfopt.model.runs import RunFacts

LISTS = "/var/lib/apt/lists"

_USES = (PackageAction.INSTALL, PackageAction.UPGRADE, PackageAction.DOWNLOAD)
_SHELLS = frozenset({".", "ash", "bash", "dash", "eval", "sh", "source", "zsh", "python", "python3"})
_UPDATES_BY_ITSELF = frozenset({"add-apt-repository", "apt-add-repository", "apt-get-install", "install_packages"})
_NAMES_SOURCES = re.compile(rb"/etc/apt|\bapt-key|apt-repository|apt-config|sources\.list|\bdpkg\b|(?<!lsb)-release\b")
_SOURCES = "/etc/apt"
_OWN_FOLDERS = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/")


def uses(command: PackageCommand) -> bool:
    """Whether a command looks packages up in the lists."""
    if command.manager != "apt" or command.action not in _USES:
        return False
    return not command.packages or not all(package.is_path for package in command.packages)


def updates(command: PackageCommand) -> bool:
    """Whether a command fetches the lists."""
    return command.manager == "apt" and command.action is PackageAction.UPDATE


def may_update(command: Invocation) -> bool:
    """Whether a command is, or starts, what this file does not show and what may fetch the lists."""
    if command.program in _UPDATES_BY_ITSELF or command.program in _SHELLS:
        return True
    name = command.command.name
    is_foreign = "/" in name and not name.startswith(_OWN_FOLDERS)
    return is_foreign or "$" in name or name.endswith((".sh", ".py"))


def is_mounted(run: RunFacts) -> bool:
    """Whether the lists of a RUN are in a mount."""
    return run.mount_over(LISTS) is not None


def may_change_sources(update: PackageCommand, use: PackageCommand) -> bool:
    """Whether something between an update and a later command may change where apt looks, or what it trusts."""
    if _NAMES_SOURCES.search(use.run.stage.model.data, update.end, use.start):
        return True
    for stage in use.run.stage.lineage:
        if any(update.start < command.start < use.start and may_update(command) for command in stage.commands):
            return True
        copied = [each for each in stage.copies if update.start < each.instruction.span.start.offset < use.start]
        if any(not each.destination.startswith("/") or is_below(_SOURCES, each.destination) for each in copied):
            return True
    return False
