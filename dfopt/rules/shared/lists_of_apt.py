"""Where the package lists of apt come from."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.packages import PackageCommand
from dfopt.model.paths import is_below
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage

if TYPE_CHECKING:
    from dfopt.model.copies import CopyFacts

LISTS = "/var/lib/apt/lists"

_USES = (PackageAction.INSTALL, PackageAction.UPGRADE, PackageAction.DOWNLOAD)
_SHELLS = frozenset({".", "ash", "bash", "dash", "eval", "sh", "source", "zsh", "python", "python3"})
_UPDATES_BY_ITSELF = frozenset({"add-apt-repository", "apt-add-repository", "apt-get-install", "install_packages"})
_NAMES_SOURCES = re.compile(
    rb"/etc/apt|\bapt-key|apt-repository|apt-config|sources\.list|\bdpkg[ \t]+(?!--print)|(?<!lsb)-release\b"
)
_SOURCES = "/etc/apt"
_OWN_FOLDERS = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/")


def uses(command: PackageCommand) -> bool:
    """Whether a command looks packages up in lists that it does not fetch."""
    if command.manager != "apt" or command.action not in _USES or command.fetches_index:
        return False
    return not command.packages or not all(package.is_path for package in command.packages)


def updates(command: PackageCommand) -> bool:
    """Whether a command fetches the lists."""
    return command.manager == "apt" and command.fetches_index


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


def has_sources_of_base(command: PackageCommand) -> bool:
    """Whether apt can look only where it looks in the base image: nothing in front of a command changes that."""
    stage = command.run.stage
    start = command.start
    for below in stage.lineage:
        copies = [each for each in below.copies if not each.is_trigger and each.instruction.span.start.offset < start]
        runs = [each for each in below.runs if not each.is_trigger and each.instruction.span.start.offset <= start]
        if any(_may_bring_sources(each) for each in copies) or any(_may_change_sources(each, start) for each in runs):
            return False
    return True


def _may_bring_sources(copy: "CopyFacts") -> bool:
    return not copy.destination.startswith("/") or is_below(_SOURCES, copy.destination)


def _may_change_sources(run: RunFacts, end: int) -> bool:
    """Whether the part of a RUN in front of a place in the file may."""
    if any(each.end <= end and may_update(each) for each in run.commands):
        return True
    span = run.instruction.span
    is_named = _NAMES_SOURCES.search(run.stage.model.data, span.start.offset, min(end, span.end.offset))
    return is_named is not None or any(is_below(_SOURCES, mount.target or "/") for mount in run.mounts)


class Lists:
    """The package lists in the layers up to some point, as a walk along the instructions finds them.

    `update` is the last command that fetched them; `may_be_there` says that something else may have, and
    `may_be_of_other_sources` that, since then, something may have changed where apt looks or what it trusts.
    """

    def __init__(self) -> None:
        self.update: PackageCommand | None = None
        self.may_be_there = False
        self.may_be_of_other_sources = False
        self._seen = 0

    def walk(self, stage: Stage) -> Iterator[PackageCommand]:
        """Go through a stage; stops at the first command of each RUN that uses lists which the RUN did not fetch."""
        steps: list[RunFacts | CopyFacts] = [*stage.runs, *(each for each in stage.copies if not each.is_trigger)]
        for step in sorted(steps, key=lambda each: each.instruction.span.start.offset):
            if isinstance(step, RunFacts):
                yield from self._run(step)
            elif _may_bring_sources(step):
                self.may_be_of_other_sources = True

    def _run(self, run: RunFacts) -> Iterator[PackageCommand]:
        if run.is_trigger:
            return
        is_open = not is_mounted(run)
        for command in run.commands:
            package_command = command.package_command
            if package_command and is_open and uses(package_command):
                self._look(run, command.start)
                yield package_command
                is_open = False
            if may_update(command):
                self.may_be_there = self.may_be_of_other_sources = True
                is_open = False
            if package_command and updates(package_command):
                self.update = package_command
                self.may_be_of_other_sources = False
                self._seen = command.end
                is_open = False

    def _look(self, run: RunFacts, end: int) -> None:
        """Look through the text since the last look, or the last update."""
        if self._seen < end and _NAMES_SOURCES.search(run.stage.model.data, self._seen, end):
            self.may_be_of_other_sources = True
        self._seen = max(self._seen, end)
