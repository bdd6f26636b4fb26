"""The rule `useradd-fills-login-logs`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule

_LARGE = 100_000


class UseraddFillsLoginLogs(Rule):
    """useradd makes files whose length grows with the user id.

    ## What it does

    Reports `useradd` with an id of 100,000 or more, or one that is not known before the build, without
    `--no-log-init`. In ONBUILD only ids that are written out count, for variables may get their values by ONBUILD too.

    ## Why is this bad

    `/var/log/lastlog` and `/var/log/faillog` have a record for each id from 0 on, so they become as long as the
    highest id says. On a disk they are full of holes; in a layer the holes are bytes: an id of 1,000,000 makes 300
    MB of them.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN useradd --uid 1000000 app
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN useradd --no-log-init --uid 1000000 app
    ```

    ## Fix safety

    Safe: the user is the same; only the records of logins, which never happen in a container, are not prepared.
    """

    id = "useradd-fills-login-logs"
    aliases = ("DL3046",)
    help = "add --no-log-init"
    fix_safety = Safety.SAFE
    commands = ("useradd",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        uid = command.option_value("-u", "--uid")
        if uid is None or command.has_option("-l", "--no-log-init") or not _may_be_large(command.value(uid)):
            return
        if command.run.is_trigger and not uid.value.isdecimal():
            return
        edits = insert_word_after(command, command.words[0], "--no-log-init")
        fix = Fix(Safety.SAFE, "add --no-log-init", edits) if edits else None
        yield Finding(command, f"useradd makes login logs that are as long as the id {uid.value} says", fix=fix)


def _may_be_large(uid: str) -> bool:
    return int(uid) >= _LARGE if uid.isdecimal() else "$" in uid or "`" in uid
