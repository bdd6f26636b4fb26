"""The rule `user-switched-at-start`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import entries
from dfopt.syntax.commands import Command, Context
from dfopt.syntax.nodes import Cmd, Entrypoint
from dfopt.syntax.wrappers import unwrap

_SWITCHERS = frozenset({"runuser", "su", "sudo"})


class UserSwitchedAtStart(Rule):
    """The container switches its user by su or sudo.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image whose last command runs the program by `su`, `sudo` or `runuser`.
    gosu, su-exec and setpriv, which replace themselves by the program, are right.

    ## Why is this bad

    USER does the same before the program starts, and then nothing in the container is root. `su` and `sudo` stay as the
    first process, keep or delay the signals of the engine, give the program another environment, and must be in the
    image as setuid files.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    CMD su app -c "server --port 8080"
    ```

    ```dockerfile
    FROM debian:12-slim
    USER app
    CMD ["server", "--port", "8080"]
    ```
    """

    id = "user-switched-at-start"
    severity = Severity.INFO
    help = "name the user by USER; where root must prepare something first, end with gosu, su-exec or setpriv"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        for entry in entries(model):
            own = [each for each in entry.outer if Context.SCRIPT not in each.context]
            last = max(own, key=lambda each: each.start, default=None)
            if last and (switcher := next((each for each in _programs(last) if each in _SWITCHERS), None)):
                yield Finding(entry.instruction, f"{switcher} switches the user and stays in front of the program")


def _programs(command: Command) -> tuple[str, str]:
    """The program that a command names, and the one that it runs in the end."""
    return command.program, unwrap(command).program
