"""The rule `wget-and-curl`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule

_OTHER = {"curl": "wget", "wget": "curl"}


class WgetAndCurl(Rule):
    """An image uses two programs to fetch files.

    ## What it does

    Reports the RUNs of a stage (and of the local stages below it) that use `wget` or `curl`, from the one on in which
    both have been used.

    ## Why is this bad

    Each of them does what the other does. The second one is a package more, with libraries of its own, that has to be
    installed, updated and watched.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN wget -q https://example.com/a.tar.gz
    RUN curl -fsSLO https://example.com/b.tar.gz
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSLO https://example.com/a.tar.gz
    RUN curl -fsSLO https://example.com/b.tar.gz
    ```
    """

    id = "wget-and-curl"
    aliases = ("DL4001",)
    help = "use one of them, best the one that the base image has"
    commands = ("curl", "wget")

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        used = {command.program for below in stage.lineage[1:] for command in below.commands}
        for run in stage.runs:
            commands = run.commands_named(*_OTHER)
            second = next((each for each in commands if _OTHER[each.program] in used), None)
            used.update([each.program for each in commands])
            at = second or (commands[-1] if commands else None)
            if at and used.issuperset(_OTHER):
                yield Finding(at, f"{at.program} is used beside {_OTHER[at.program]}")
