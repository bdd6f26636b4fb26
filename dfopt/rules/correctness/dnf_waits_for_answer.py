"""The rule `dnf-waits-for-answer`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.answers import unanswered
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule


class DnfWaitsForAnswer(Rule):
    """dnf asks whether to go on, and nobody answers.

    ## What it does

    Reports `dnf install`, `upgrade`, `remove` and their like (also of `microdnf`, `tdnf`) without
    `-y`, unless `assumeyes` is set anywhere in the file.

    ## Why is this bad

    dnf always asks before it changes something. A build has no terminal, so dnf gives up and the build fails.

    ## Example

    ```dockerfile
    FROM fedora:42
    RUN dnf install httpd && dnf clean all
    ```

    ```dockerfile
    FROM fedora:42
    RUN dnf install -y httpd && dnf clean all
    ```

    ## Fix safety

    Safe: where dnf did not ask, `-y` changes nothing; where it did, the build failed.
    """

    id = "dnf-waits-for-answer"
    aliases = ("DL3038",)
    help = "add -y"
    fix_safety = Safety.SAFE
    managers = ("dnf",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.tool != "yum" and not command.has_option("--assumeno") and b"assumeyes=" not in model.data:
            yield from unanswered(command, "-y", "--assumeyes")
