"""The rule `several-services`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.entry import Entry, entries
from dfopt.rules.rule import Finding, Rule
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
    supervisor = next((command.program for command in entry.commands if command.program in _SUPERVISORS), None)
    if supervisor:
        return f"{supervisor} runs several services in one container"
    services = [name for command in entry.commands if (name := _started_service(command))]
    if len(services) > 1:
        return f"{' and '.join(dict.fromkeys(services))} run in one container"
    background = next(
        (command for command in entry.commands if Context.BACKGROUND in command.context and command.words), None
    )
    others = [command for command in entry.commands if command.words and Context.BACKGROUND not in command.context]
    if background and others:
        return f"{background.program} runs in the background beside {others[-1].program}"
    return None


def _started_service(command: Command) -> str | None:
    """The service that a command of an init script starts."""
    words = [word.value for word in command.words]
    if command.program == "service" and words[2:3] in (["start"], ["restart"]):
        return words[1]
    if words and words[0].startswith("/etc/init.d/") and words[1:2] in (["start"], ["restart"]):
        return command.program
    return None
