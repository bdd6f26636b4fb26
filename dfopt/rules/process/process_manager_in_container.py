"""The rule `process-manager-in-container`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import entries
from dfopt.syntax.nodes import Cmd, Entrypoint

_MANAGERS = frozenset({"forever", "naught", "pm2", "pm2-dev", "pm2-docker", "pm2-runtime", "slc", "strong-pm"})
_RUNNERS = frozenset({"npx", "bunx", "pnpx"})


class ProcessManagerInContainer(Rule):
    """A process manager stands in front of the program.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image that runs pm2, forever or another process manager for Node.

    ## Why is this bad

    Restarting a program that died, keeping its log and running several of it is what the engine or the cluster does.
    A manager inside hides crashes from both, so that health, restarts and limits are those of the manager, and costs
    tens of megabytes of memory and of modules.

    ## Example

    ```dockerfile
    FROM node:22-slim
    CMD ["pm2-runtime", "server.js"]
    ```

    ```dockerfile
    FROM node:22-slim
    CMD ["node", "server.js"]
    ```
    """

    id = "process-manager-in-container"
    severity = Severity.INFO
    help = "run the program itself, and let the engine or the cluster restart and multiply it"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        for entry in entries(model):
            for command in entry.commands:
                names = [command.program]
                if command.program in _RUNNERS:
                    names += [word.value for word in command.operands[:1]]
                if manager := next((name for name in names if name in _MANAGERS), None):
                    yield Finding(entry.instruction, f"{manager} stands between the engine and the program")
                    break
