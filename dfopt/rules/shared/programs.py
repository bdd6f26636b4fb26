"""Whether a program is surely there where commands of a stage run."""

import re
from collections.abc import Collection

from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.packages import PackageCommand
from dfopt.model.stages import Stage
from dfopt.rules.shared.bases import base_of
from dfopt.rules.shared.installed import SYSTEM_MANAGERS
from dfopt.syntax.nodes import Cmd, Entrypoint, Healthcheck

_WITH_CURL = frozenset("almalinux amazonlinux centos fedora opensuse oraclelinux rhel rocky".split())
_INSTALL_NOTHING = frozenset(
    (
        " : [ [[ addgroup adduser apt-key awk basename cat cd chgrp chmod chown cmp curl cut date diff dirname du echo"
        " exit export expr false file getent gpg gpgv grep groupadd groupmod gunzip gzip head hostname id jq keytool ls"
        " md5sum mkdir mktemp nproc openssl printf pwd rm rmdir sed set sha1sum sha256sum sha512sum sleep sort stat"
        " tail tar tee test touch tr true umask uname uniq unset unzip useradd usermod wc wget whoami"
    ).split(" ")
)
_INSTALLER = re.compile(r"(?:apk|apt|apt-get|dnf|yum)-install|install_packages")
_ABOUT_PACKAGES = frozenset(("apt-mark", "dpkg", "dpkg-query", "rpm"))


def is_there(program: str, users: Collection[Invocation], stage: Stage) -> bool:
    """Whether commands of a stage and of those below it surely find a program that has the name of its package.

    It was used or installed before, or the base has it; or it is used behind, and nothing until then can bring it.
    """
    base_has_it = _base_has(program, stage)
    found, is_pending = base_has_it, False
    virtual: set[str] = set()
    for command in commands_of(stage):
        if command.run.is_trigger:
            continue
        packages = command.package_command
        if is_pending and command.program not in _INSTALL_NOTHING and not _only_cleans(packages):
            return False
        if packages and packages.manager in SYSTEM_MANAGERS:
            if packages.is_install and _names(packages, program) and not command.is_conditional:
                found = True
                virtual |= _virtual_name(packages)
            elif packages.action is PackageAction.REMOVE and _may_remove(packages, {program, *virtual}):
                found = base_has_it and _keeps_its_own(stage)
        elif _runs_or_installs(command, program) and not command.is_conditional:
            found, is_pending = True, False
        elif command in users and not found:
            is_pending = True
    return not is_pending


def is_named_elsewhere(program: str, stage: Stage) -> bool:
    """Whether a program, or a file of its own, is named other than as the command that is run, as by `which`."""
    pattern = re.compile(rf"(?<![\w-]){program}(?:rc)?(?!\w)")
    commands = commands_of(stage)
    starts = [each.start for each in commands if each.program == program]
    for command in commands:
        if command.package_command or _INSTALLER.fullmatch(command.program):
            continue
        if command.program in (*_ABOUT_PACKAGES, program):
            continue
        targets = [each.target for each in command.redirects if each.target]
        values = [each.value for each in command.assignments]
        for word in (*command.outer.words, *targets, *values):
            holds_command = any(word.start <= start < word.end for start in starts)
            if pattern.search(word.value) and "://" not in word.value and not holds_command:
                return True
    kinds = (Cmd, Entrypoint, Healthcheck)
    started = [each for below in stage.lineage for kind in kinds for each in below.instructions_of(kind)]
    return any(pattern.search(each.code) for each in started)


def commands_of(stage: Stage) -> list[Invocation]:
    """The commands of the stages below and its own, in the order in which they run."""
    return [command for below in reversed(stage.lineage) for command in below.commands]


def _base_has(program: str, stage: Stage) -> bool:
    base = base_of(stage)
    if base is None:
        return False
    if base.family == "alpine":
        return program == "wget"
    if base.family in _WITH_CURL:
        return program == "curl"
    from dfopt.knowledge.packages import present

    return program in (present(base) or ())


def _keeps_its_own(stage: Stage) -> bool:
    """Whether the program of the base is there again when the package is removed: the one of BusyBox."""
    base = base_of(stage)
    return base is not None and base.family == "alpine"


def _runs_or_installs(command: Invocation, program: str) -> bool:
    """Whether a command is the program, or an image's own script that installs it by its name."""
    return command.program == program or (
        _INSTALLER.fullmatch(command.program) is not None and any(word.value == program for word in command.arguments)
    )


def _only_cleans(packages: PackageCommand | None) -> bool:
    return packages is not None and packages.action in (PackageAction.CLEAN, PackageAction.UPDATE)


def _names(packages: PackageCommand, name: str) -> bool:
    return any(each.is_resolved and each.name.partition(":")[0] == name for each in packages.packages)


def _virtual_name(packages: PackageCommand) -> set[str]:
    word = packages.command.option_value("-t", "--virtual") if packages.manager == "apk" else None
    return {packages.command.value(word)} if word else set()


def _may_remove(packages: PackageCommand, names: Collection[str]) -> bool:
    return any(not each.is_resolved or each.name.partition(":")[0] in names for each in packages.packages)
