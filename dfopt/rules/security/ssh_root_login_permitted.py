"""The rule `ssh-root-login-permitted`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.texts import texts, written
from dfopt.syntax.nodes import Run

_SETTING = re.compile(r"(PermitRootLogin|PermitEmptyPasswords)[ =\t]+yes\b", re.IGNORECASE)


class SshRootLoginPermitted(Rule):
    """The SSH server lets root in.

    ## What it does

    Reports a RUN that writes `PermitRootLogin yes` or `PermitEmptyPasswords yes`, in a stage whose layers ship.

    ## Why is this bad

    root by its password is the first that every scanner tries, and inside a container it is the last line of defence.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN echo 'PermitRootLogin yes' >> /etc/ssh/sshd_config
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN echo 'PermitRootLogin prohibit-password' >> /etc/ssh/sshd_config
    ```
    """

    id = "ssh-root-login-permitted"
    help = "leave the SSH server out and use `docker exec`, or let users in by keys only"
    instructions = (Run,)

    def check_file(self, model: Model) -> Iterator[Finding]:
        if b"permit" not in model.data.lower():
            return
        for stage in (each for each in model.stages if ships(each)):
            for command in stage.commands:
                for word in texts(command):
                    if found := _SETTING.search(written(word)):
                        yield Finding(word, f"the SSH server is told `{found[0]}`")
                        break
