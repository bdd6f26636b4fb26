"""The rule `pacman-waits-for-answer`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.answers import unanswered


class PacmanWaitsForAnswer(Rule):
    """pacman asks whether to go on, and nobody answers.

    ## What it does

    Reports `pacman -S`, `-U` and `-R` (also of `yay` and `paru`) without `--noconfirm`.

    ## Why is this bad

    pacman asks before it changes something. A build has no terminal, so pacman gives up and the build fails.

    ## Example

    ```dockerfile
    FROM archlinux:base
    RUN pacman -Syu curl
    ```

    ```dockerfile
    FROM archlinux:base
    RUN pacman -Syu --noconfirm curl
    ```

    ## Fix safety

    Safe: where pacman did not ask, `--noconfirm` changes nothing; where it did, the build failed.
    """

    id = "pacman-waits-for-answer"
    help = "add --noconfirm"
    fix_safety = Safety.SAFE
    managers = ("pacman",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.has_option("-p", "--print"):
            yield from unanswered(command, "--noconfirm")
