"""The rule `apt-key-used`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule

_TRUSTS = ("add", "adv", "net-update", "update")


class AptKeyUsed(Rule):
    r"""apt-key trusts a key for every repository.

    ## What it does

    Reports `apt-key add`, `adv` and `update`.

    ## Why is this bad

    A key that apt-key adds may sign any package of any repository, those of the distribution included. apt-key has
    been deprecated since 2020 and is gone from Debian 13 and Ubuntu 24.10, where the build fails.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSL https://example.com/key.asc | apt-key add -
    ```

    ```dockerfile
    FROM debian:12-slim
    ADD https://example.com/key.asc /etc/apt/keyrings/example.asc
    RUN echo "deb [signed-by=/etc/apt/keyrings/example.asc] https://example.com/debian bookworm main" \
        > /etc/apt/sources.list.d/example.list
    ```
    """

    id = "apt-key-used"
    help = "put the key under /etc/apt/keyrings and name it in the source: `[signed-by=/etc/apt/keyrings/….asc]`"
    commands = ("apt-key",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        if any(word.value in _TRUSTS for word in command.operands_but("--keyring")):
            yield Finding(command, "apt-key trusts the key for every repository, and is gone from newer releases")
