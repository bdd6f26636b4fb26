"""The rule `several-services`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import Entry, entries
from dfopt.syntax.commands import Command, Context
from dfopt.syntax.nodes import Cmd, Entrypoint

_SUPERVISORS = frozenset(
    {
        "circusd",
        "forego",
        "foreman",
        "god",
        "honcho",
        "monit",
        "runsvdir",
        "s6-svscan",
        "supervisord",
        "svscan",
        "svscanboot",
    }
)

_IDLERS = frozenset(". bash cat cd echo export set sh sleep source tail trap true wait".split())
"""What stands in a start script and is no service."""


class SeveralServices(Rule):
    """The container runs several services.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image that runs a supervisor (supervisord, runsvdir, s6-svscan, circusd,
    foreman and their like), starts a service beside another program, or leaves a program in the background.

    ## Why is this bad

    The engine watches one process. When another one dies, nothing restarts it and nobody sees it; the output of all is
    mixed; one can't be updated, scaled or limited without the others; and the image holds what all of them need. One
    service a container, and a pod or a compose file to run them together, costs less of everything.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    CMD service php8.2-fpm start && nginx -g "daemon off;"
    ```

    ```dockerfile
    FROM debian:12-slim
    CMD ["nginx", "-g", "daemon off;"]
    ```
    """

    id = "several-services"
    help = "build one image for each service, and run them side by side"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        for entry in entries(model):
            if message := _several(entry):
                yield Finding(entry.instruction, message)


def _several(entry: Entry) -> str | None:
    commands = [command for command in entry.commands if command.words]
    if supervisor := next((each.program for each in commands if each.program in _SUPERVISORS), None):
        return f"{supervisor} runs several services in one container"
    started = {id(each): name for each in commands if (name := _service_beside(each))}
    others = [each.program for each in commands if id(each) not in started and each.program not in _IDLERS]
    names = list(dict.fromkeys([*started.values(), *others[-1:]]))
    return f"{' and '.join(names)} run in one container" if started and len(names) > 1 else None


def _service_beside(command: Command) -> str | None:
    """The service that a command starts and does not wait for: by an init script, or in the background."""
    words = [word.value for word in command.words]
    if command.program == "service" and words[2:3] in (["start"], ["restart"]):
        return words[1]
    if words[0].startswith("/etc/init.d/") and words[1:2] in (["start"], ["restart"]):
        return command.program
    return command.program if Context.BACKGROUND in command.context else None
