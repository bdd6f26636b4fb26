"""The rule `apt-waits-for-answer`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.answers import unanswered

_NO_QUESTIONS = ("--assume-no", "--trivial-only", "-s", "--simulate", "--dry-run", "--print-uris", "-h", "--help")
_VERY_QUIET = 2


class AptWaitsForAnswer(Rule):
    """apt asks whether to go on, and nobody answers.

    ## What it does

    Reports `apt-get install`, `upgrade`, `remove` and their like (also of `apt` and `aptitude`) without `-y`. Being
    very quiet (`-qq`) answers too, and so does a setting `APT::Get::Assume-Yes` anywhere in the file, or what is piped
    in.

    ## Why is this bad

    apt asks as soon as it would install more than what was named. A build has no terminal, so apt gives up and the
    build fails: if not today, then when the package gets another dependency.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install --no-install-recommends curl
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl
    ```

    ## Fix safety

    Safe: where apt did not ask, `-y` changes nothing; where it did, the build failed.
    """

    id = "apt-waits-for-answer"
    aliases = ("DL3014",)
    help = "add -y"
    fix_safety = Safety.SAFE
    managers = ("apt",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        for finding in unanswered(command, "-y", "--yes", "--assume-yes"):
            if _is_very_quiet(command.command) or command.has_option(*_NO_QUESTIONS):
                return
            if b"assume-yes" not in model.data.lower().replace(b"--assume-yes", b""):
                yield finding


def _is_very_quiet(command: Invocation) -> bool:
    words = [word.value for word in command.arguments]
    short = sum(word.count("q") for word in words if word.startswith("-") and not word.startswith("--"))
    return short + words.count("--quiet") >= _VERY_QUIET or "-q=2" in words or "--quiet=2" in words
