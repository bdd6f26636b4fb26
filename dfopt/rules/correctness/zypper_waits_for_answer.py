"""The rule `zypper-waits-for-answer`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.answers import unanswered


class ZypperWaitsForAnswer(Rule):
    """zypper asks whether to go on, and nobody answers.

    ## What it does

    Reports `zypper install`, `update`, `remove` and their like without `--non-interactive` (`-n`) and without `-y`.

    ## Why is this bad

    zypper asks before it changes something. A build has no terminal, so zypper gives up and the build fails.

    ## Example

    ```dockerfile
    FROM opensuse/leap:15.6
    RUN zypper install curl && zypper clean --all
    ```

    ```dockerfile
    FROM opensuse/leap:15.6
    RUN zypper install -y curl && zypper clean --all
    ```

    ## Fix safety

    Safe: where zypper did not ask, `-y` changes nothing; where it did, the build failed.
    """

    id = "zypper-waits-for-answer"
    aliases = ("DL3034",)
    help = "add -y, or --non-interactive in front of the subcommand"
    fix_safety = Safety.SAFE
    managers = ("zypper",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.has_option("-D", "--dry-run"):
            yield from unanswered(command, "-y", "--no-confirm", "-n", "--non-interactive")
