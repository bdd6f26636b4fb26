"""The rule `cron-in-container`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import entries
from dfopt.syntax.commands import Command
from dfopt.syntax.nodes import Cmd, Entrypoint

_DAEMONS = frozenset({"anacron", "cron", "crond", "fcron"})


class CronInContainer(Rule):
    """The container runs cron.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image that starts cron, crond, anacron or fcron. Schedulers that are made
    for containers (supercronic, ofelia) are right.

    ## Why is this bad

    cron gives its jobs neither the environment of the container nor its output: what is set with `-e` is not there, and
    what a job prints goes to a mail that nobody reads. A job that fails leaves a container that looks well. Scheduling
    is what hosts and clusters do: a CronJob, a timer, a scheduled task that runs the image, each run with a log and
    a status.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    CMD ["cron", "-f"]
    ```

    ```dockerfile
    FROM debian:12-slim
    CMD ["/usr/local/bin/backup"]
    ```
    """

    id = "cron-in-container"
    severity = Severity.INFO
    help = "let the image run the job once, and a scheduler outside start it (or run supercronic)"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        for entry in entries(model):
            if daemon := next((name for each in entry.commands if (name := _daemon(each))), None):
                yield Finding(entry.instruction, f"{daemon} runs jobs without the container's environment and log")


def _daemon(command: Command) -> str | None:
    words = [word.value for word in command.words]
    if command.program in _DAEMONS:
        return command.program
    is_service = command.program == "service" and len(words) > 1 and words[1] in _DAEMONS
    return words[1] if is_service else None
