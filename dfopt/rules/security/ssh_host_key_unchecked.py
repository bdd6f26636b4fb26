"""The rule `ssh-host-key-unchecked`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.texts import texts
from dfopt.syntax.nodes import Env, Run

_SETTING = re.compile(r"StrictHostKeyChecking[ =\"']+(?:no|off|accept-new)\b", re.IGNORECASE)


class SshHostKeyUnchecked(Rule):
    """SSH takes any server for the right one.

    ## What it does

    Reports `StrictHostKeyChecking no` (and `off`, `accept-new`) in a RUN or in ENV, and `ssh-keyscan`, which trusts the
    key that is sent at build time.

    ## Why is this bad

    Anybody on the way can answer in the server's name: a `git clone` then builds their sources. What is written to the
    settings of ssh works in the container too.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN ssh-keyscan github.com >> /etc/ssh/ssh_known_hosts
    ```

    ```dockerfile
    FROM debian:12-slim
    COPY known_hosts /etc/ssh/ssh_known_hosts
    ```
    """

    id = "ssh-host-key-unchecked"
    help = "copy a known_hosts with the keys that the server publishes"
    instructions = (Env, Run)

    def check_file(self, model: Model) -> Iterator[Finding]:
        if b"ssh-keyscan" in model.data:
            yield from (
                Finding(each, "ssh-keyscan trusts whichever server answers")
                for each in model.commands_named("ssh-keyscan")
                if not _is_compared(each)
            )
        if b"stricthostkeychecking" in model.data.lower():
            yield from _settings(model)


def _settings(model: Model) -> Iterator[Finding]:
    message = "ssh takes any server for the right one"
    for command in model.commands:
        words = (*texts(command), *(each.value for each in command.assignments))
        yield from (Finding(word, message) for word in words if _SETTING.search(word.value))
    for env in model.instructions(Env):
        yield from (Finding(each, message) for each in env.settings if each.value and _SETTING.search(each.value.value))


def _is_compared(command: Invocation) -> bool:
    """Whether the RUN looks at the fingerprint of the key."""
    return any(each.program == "ssh-keygen" or "sha256" in each.program for each in command.following)
