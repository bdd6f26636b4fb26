"""The rule `git-clone-unpinned`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule

_REMOTE = re.compile(r"[a-z+]+://|[\w.-]+@[\w.-]+:|[\w.-]+:[\w./~-]+\Z|\$", re.IGNORECASE)
_CHOOSERS = frozenset({"am", "apply", "checkout", "cherry-pick", "fetch", "reset", "switch", "worktree"})


class GitCloneUnpinned(Rule):
    """A repository is cloned without saying which version.

    ## What it does

    Reports `git clone` of a remote repository without `--branch` or `--revision`, where no later command of the stage
    chooses a version (`git checkout`, `reset`, `switch`, `fetch`).

    ## Why is this bad

    The image holds whatever the default branch held on the day of the build: yesterday's build can't be made again, and
    whoever may push there decides what runs. As the text of the RUN does not change, the build cache also keeps that
    day's state for as long as it likes.

    ## Example

    ```dockerfile
    FROM alpine/git:2.49.1
    RUN git clone --depth 1 https://github.com/acme/tool.git /src
    ```

    ```dockerfile
    FROM alpine/git:2.49.1
    RUN git clone --depth 1 --branch v1.2.3 https://github.com/acme/tool.git /src
    ```
    """

    id = "git-clone-unpinned"
    severity = Severity.INFO
    help = "name a tag by --branch, or check a commit out"
    commands = ("git",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        words = [command.value(word) for word in command.operands]
        if words[:1] != ["clone"] or command.has_option("-b", "--branch", "--revision"):
            return
        address = next((word for word in words[1:] if _REMOTE.match(word)), None)
        if address is None or address.startswith("$") or any(_chooses(each) for each in _later(command)):
            return
        yield Finding(command, f"{_name(address)} is cloned as its default branch is that day")


def _later(command: Invocation) -> list[Invocation]:
    return [each for each in command.stage.commands if each.program == "git" and each.start > command.start]


def _chooses(command: Invocation) -> bool:
    verb = command.operands[0].value if command.operands else ""
    return verb in _CHOOSERS and not command.has_option("-b", "-B", "--orphan")


def _name(address: str) -> str:
    return address.rstrip("/").removesuffix(".git").rpartition("/")[2] or address
