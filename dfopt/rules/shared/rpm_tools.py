"""What the rules about yum share with those about dnf, which has its options: hadolint has a code for each."""

import re
from collections.abc import Iterator
from typing import ClassVar

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.answers import unanswered
from dfopt.rules.shared.pins import is_bound, unpinned

_VERSION = re.compile(r".+-\d[\w.~^:+*]*(?:-\d[\w.~^+*]*)?")


class RpmVersionsUnpinned(Rule):
    """Reports packages without a version, and modules without a stream; groups have none."""

    help = "give each package a version, `httpd-2.4.62`"
    managers = ("dnf",)
    is_about_yum: ClassVar[bool]

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if (command.tool == "yum") is not self.is_about_yum:
            return
        if command.verb == "module install":
            yield from unpinned(command, _has_stream)
        elif command.verb in ("install", "install-n", "reinstall"):
            yield from unpinned(command, _has_version)


class RpmWaitsForAnswer(Rule):
    """Reports commands that ask, where neither an option nor the configuration that the file writes answers."""

    help = "add -y"
    fix_safety = Safety.SAFE
    managers = ("dnf",)
    is_about_yum: ClassVar[bool]

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if (command.tool == "yum") is not self.is_about_yum:
            return
        if not command.has_option("--assumeno") and b"assumeyes=" not in model.data:
            yield from unanswered(command, "-y", "--assumeyes")


def _has_version(package: Package) -> bool:
    is_versioned = is_bound(package) or _VERSION.fullmatch(package.name) is not None
    return is_versioned or package.name.startswith("@") or package.name.endswith(".rpm")


def _has_stream(package: Package) -> bool:
    return is_bound(package) or ":" in package.name
