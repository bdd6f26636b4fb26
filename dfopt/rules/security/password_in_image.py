"""The rule `password-in-image`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.syntax.commands import Word


class PasswordInImage(Rule):
    """A user of the image gets a password.

    ## What it does

    Reports `chpasswd`, `passwd --stdin`, `passwd -d`, `useradd -p` and `usermod -p` in a stage whose layers ship. What
    comes from a secret (`/run/secrets`) is left out.

    ## Why is this bad

    All containers of the image have that password, and `/etc/shadow` hands its hash to everybody who can pull the
    image, the command its text. An empty one is worse. A container needs no passwords: nobody logs in to it.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN useradd app && echo 'app:secret' | chpasswd
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN useradd app
    ```
    """

    id = "password-in-image"
    aliases = ("CKV2_DOCKER_17",)
    help = "leave the password out, and look into a container by `docker exec`"
    commands = ("chpasswd", "passwd", "useradd", "usermod")

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        if ships(command.stage) and (what := _what(command)) and not _is_from_secret(command):
            yield Finding(command, what)


def _what(command: Invocation) -> str | None:
    if command.program == "chpasswd":
        return "chpasswd sets a password that all containers of the image share"
    if command.program != "passwd":
        value = command.option_value("-p", "--password")
        return f"{command.program} {_kind(value)}" if value else None
    user = command.operands[0].value if command.operands else "the user"
    if command.has_option("-d", "--delete"):
        return f"passwd lets {user} in without a password"
    if command.has_option("--stdin") or command.connector in ("|", "|&"):
        return f"passwd gives {user} a password that all containers of the image share"
    return None


def _kind(value: Word) -> str:
    is_empty = value.value == ""
    return "makes a user with an empty password" if is_empty else "sets a password that all containers share"


def _is_from_secret(command: Invocation) -> bool:
    """Whether something in its pipeline reads a secret of the build."""
    source = command.previous
    feeders = [command, source] if source and command.connector in ("|", "|&") else [command]
    words = [word.value for each in feeders for word in each.arguments]
    words += [each.target.value for feeder in feeders for each in feeder.redirects if each.target]
    return any("/run/secrets" in word for word in words)
