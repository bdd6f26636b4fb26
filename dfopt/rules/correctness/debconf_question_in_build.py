"""The rule `debconf-question-in-build`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.edits import Edit

_NAME = "DEBIAN_FRONTEND"
_SILENT = "noninteractive"
_ASKING = frozenset(
    "console-setup davfs2 firebird3.0-server grub-pc iptables-persistent jackd2 kexec-tools keyboard-configuration"
    " krb5-config krb5-user lightdm libnss-ldap libpam-ldap msmtp mysql-server nslcd oracle-java8-installer phpmyadmin"
    " postfix proftpd-basic roundcube slapd ttf-mscorefonts-installer tzdata ubuntu-restricted-extras wireshark".split()
)


class DebconfQuestionInBuild(Rule):
    """A package asks questions when it is installed, and nobody answers.

    ## What it does

    Reports `apt-get install` of packages that are known to ask (`tzdata`, `keyboard-configuration`, `postfix`,
    `krb5-user`…) where `DEBIAN_FRONTEND` is not `noninteractive`. `-y` does not answer for a package, but
    `debconf-set-selections` does. Images of Debian have `tzdata` already, so that nothing is asked there.

    ## Why is this bad

    Without a terminal debconf tries one way to ask after the other. Depending on the release, the build hangs at
    "Geographic area:", or goes on with a log full of complaints.

    ## Example

    ```dockerfile
    FROM ubuntu:24.04
    RUN apt-get update && apt-get install -y --no-install-recommends tzdata=2024*
    ```

    ```dockerfile
    FROM ubuntu:24.04
    RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends tzdata=2024*
    ```

    ## Fix safety

    Unsafe: the package then takes its default answers, whatever it would have been given otherwise.
    """

    id = "debconf-question-in-build"
    help = "set DEBIAN_FRONTEND=noninteractive in front of the command, or by ARG"
    fix_safety = Safety.UNSAFE
    managers = ("apt",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.is_install:
            return
        asking = next((package for package in command.packages if package.name in _ASKING), None)
        if asking and not (
            _is_silent(command) or _is_answered(asking.name, command) or _is_there(asking.name, command)
        ):
            yield Finding(asking, f"{asking.name} asks when it is installed", fix=_fix(command))


def _is_silent(command: PackageCommand) -> bool:
    values = [each.value.value for each in command.command.assignments if each.name == _NAME]
    values += [each.value.value for each in command.command.outer.assignments if each.name == _NAME]
    return (values or [command.command.variables.get(_NAME, "")])[-1].lower() == _SILENT


def _is_answered(name: str, command: PackageCommand) -> bool:
    """Whether the file hands debconf the answers of a package, or answers that are not in the Dockerfile."""
    answers = re.compile(rf"(?<![\w-]){re.escape(name)}\S*\s+\S+/\S+")
    for run in command.run.stage.runs:
        for answering in run.commands_named("debconf-set-selections"):
            if answering.operands or answers.search(run.instruction.code):
                return True
    return False


def _is_there(name: str, command: PackageCommand) -> bool:
    """Whether the base has a package that would ask elsewhere."""
    from dfopt.knowledge.bases import identify

    base = identify(command.run.stage.root_base or "")
    return name == "tzdata" and base is not None and base.family == "debian"


def _fix(command: PackageCommand) -> Fix | None:
    if command.command.script is None:
        return None
    at = command.command.words[0].start
    return Fix(Safety.UNSAFE, f"set {_NAME} for the command", (Edit(at, at, f"{_NAME}={_SILENT} "),))
