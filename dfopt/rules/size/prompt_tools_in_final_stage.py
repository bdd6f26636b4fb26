"""The rule `prompt-tools-in-final-stage`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.installed import SYSTEM_MANAGERS, kept, listed, weight
from dfopt.rules.shared.purposes import is_for_people

_TOOLS = frozenset(
    "atop bash-completion byobu command-not-found fish htop iotop less lsof mlocate more ncdu nload plocate screen tmux"
    " top tree ubuntu-standard".split()
)


class PromptToolsInFinalStage(Rule):
    """Tools for people at a prompt are in the final image.

    ## What it does

    Reports installations of tools that only help somebody who types (`htop`, `less`, `screen`, `tree`…) in the
    stages that the final image is made of, unless the same RUN removes them again. Tools that the file itself uses,
    images that start a shell, and stages named for development are left alone.

    ## Why is this bad

    Nobody types in a container that serves. The price is the installed size of the packages and of what only they bring
    in, by Debian's package indexes; on other distributions none is stated.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx htop less
    CMD ["nginx", "-g", "daemon off;"]
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    CMD ["nginx", "-g", "daemon off;"]
    ```
    """

    id = "prompt-tools-in-final-stage"
    severity = Severity.HINT
    help = "leave them out"
    managers = SYSTEM_MANAGERS

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        left = [name for name in kept(command, _TOOLS.__contains__) if not _is_used(name, model)]
        if left and not is_for_people(model):
            yield Finding(command, f"nobody types {listed(left)} in a container", cost=weight(command, left))


def _is_used(name: str, model: Model) -> bool:
    return bool(model.commands_named(name)) or name in _words_of_start(model)


def _words_of_start(model: Model) -> str:
    config = model.final_stage.config if model.final_stage else None
    return " ".join([*(config.entrypoint or ()), *(config.cmd or ())]) if config else ""
