"""The rule `user-never-created`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Add, Copy, Run, User

_COMMON = frozenset(
    "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody operator ftp sshd guest"
    " adm shutdown halt _apt ubuntu cron at squid xfs postmaster ntp smmsp vpopmail cyrus dhcp svn gnats".split()
)
_DISTRIBUTIONS = frozenset(("debian", "ubuntu", "alpine"))
_MAKES_NO_USER = frozenset(
    "mkdir chmod chown cp mv ln rm touch curl wget tar unzip true set cd test [ export npm pip pip3 go".split()
)


class UserNeverCreated(Rule):
    """USER names somebody who does not exist in the image.

    ## What it does

    Reports USER with a name in a stage that is built from `scratch`, Debian, Ubuntu or Alpine where the base does not
    have that user and nothing of the stage can have made it: its RUNs have only programs that make none, and no COPY or
    ADD brings `/etc/passwd` or a whole tree.

    ## Why is this bad

    The next RUN fails, and a container does not start: no such user.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    USER app
    CMD ["app"]
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN useradd --system app
    USER app
    CMD ["app"]
    ```
    """

    id = "user-never-created"
    severity = Severity.ERROR
    help = "create the user above, or name a number"
    instructions = (User,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for instruction in stage.instructions_of(User):
            name = model.expand(instruction.argument.value.strip(), instruction).partition(":")[0]
            if not name or "$" in name or name.isdecimal() or not _has_known_users(stage, name):
                continue
            if not any(_may_make(each, model) for each in _above(instruction, stage)):
                yield Finding(instruction, f"nothing creates the user {name}")


def _has_known_users(stage: Stage, name: str) -> bool:
    """Whether the base is one whose users are known, and the name is none of them."""
    base = stage.root_base or ""
    if base == "scratch":
        return name != "root"
    return base.partition("@")[0].partition(":")[0] in _DISTRIBUTIONS and name not in _COMMON


def _above(user: User, stage: Stage) -> Iterator[Run | Copy | Add]:
    for each in stage.lineage:
        for instruction in each.instructions:
            if isinstance(instruction, (Run, Copy, Add)) and (each is not stage or instruction.span < user.span):
                yield instruction


def _may_make(instruction: Run | Copy | Add, model: Model) -> bool:
    """Whether an instruction can bring the user: by a program that may make some, by a package, or as a file."""
    if isinstance(instruction, Run):
        run = model.run(instruction)
        return not run or not run.commands or not all(each.program in _MAKES_NO_USER for each in run.commands)
    destination = instruction.destination.strip("\"'")
    return destination.startswith(("/etc", "$")) or destination.rstrip("/.") == ""
