"""The rule `git-clone-of-moving-branch`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.downloads import is_moving

_CHOOSERS = frozenset({"checkout", "reset"})


class GitCloneOfMovingBranch(Rule):
    """The build cache keeps an old state of a branch.

    ## What it does

    Reports `git clone --branch` of a branch that moves by its name (`main`, `master`, `develop`, `latest`…), where
    nothing later chooses a commit, and `git pull`, in a RUN.

    ## Why is this bad

    The builder knows a step by its text. As that stays the same while the branch moves on, the cache gives the state of
    the first build for as long as it is kept, and another machine gives another state.

    ## Example

    ```dockerfile
    FROM alpine/git:2.49.1
    RUN git clone --branch main https://github.com/acme/tool.git /src
    ```

    ```dockerfile
    FROM alpine/git:2.49.1
    ADD https://github.com/acme/tool.git#main /src
    ```
    """

    id = "git-clone-of-moving-branch"
    severity = Severity.INFO
    help = "name a tag or a commit, or use ADD https://…git#BRANCH, which asks the server for the branch's commit"
    commands = ("git",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        verb = command.operands[0].value if command.operands else ""
        if verb == "pull" and not _chooses_later(command):
            yield Finding(command, "the cache keeps what `git pull` fetched at the first build")
        branch = command.option_value("-b", "--branch") if verb == "clone" else None
        if branch is None or _chooses_later(command):
            return
        name = command.value(branch)
        if name and is_moving(name):
            yield Finding(branch, f"the cache keeps what {name} was at the first build")


def _chooses_later(command: Invocation) -> bool:
    """Whether a later command of the stage checks a commit out."""
    later = (each for each in command.stage.commands if each.program == "git" and each.start > command.start)
    return any(each.operands[:1] and each.operands[0].value in _CHOOSERS for each in later)
