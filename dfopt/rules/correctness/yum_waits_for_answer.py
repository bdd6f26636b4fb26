"""The rule `yum-waits-for-answer`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.answers import unanswered
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule


class YumWaitsForAnswer(Rule):
    """yum asks whether to go on, and nobody answers.

    ## What it does

    Reports `yum install`, `update`, `remove` and their like without `-y`, unless `assumeyes` is set anywhere in the
    file.

    ## Why is this bad

    yum always asks before it changes something. A build has no terminal, so yum gives up and the build fails.

    ## Example

    ```dockerfile
    FROM amazonlinux:2
    RUN yum install httpd && yum clean all
    ```

    ```dockerfile
    FROM amazonlinux:2
    RUN yum install -y httpd && yum clean all
    ```

    ## Fix safety

    Safe: where yum did not ask, `-y` changes nothing; where it did, the build failed.
    """

    id = "yum-waits-for-answer"
    aliases = ("DL3030",)
    help = "add -y"
    fix_safety = Safety.SAFE
    managers = ("dnf",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.tool == "yum" and not command.has_option("--assumeno") and b"assumeyes=" not in model.data:
            yield from unanswered(command, "-y", "--assumeyes")
