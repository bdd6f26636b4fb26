"""The rule `npm-in-front-of-program`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import entries
from dfopt.syntax.commands import Command
from dfopt.syntax.nodes import Cmd, Entrypoint

_RUNNERS = frozenset({"npm", "pnpm", "yarn"})
_VERBS = frozenset({"restart", "run", "run-script", "start"})


class NpmInFrontOfProgram(Rule):
    """npm starts the program and stays in front of it.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image that runs `npm start`, `npm run …` or the same of yarn and pnpm.

    ## Why is this bad

    npm starts a shell, and that starts the program: three processes, of which the first gets the signals of the engine.
    They often don't reach the program, which is then killed after ten seconds; the exit status may be that of npm. npm
    itself takes some 40 MB of memory, must be in the image, and asks the network whether there is a newer npm.

    ## Example

    ```dockerfile
    FROM node:22-slim
    CMD ["npm", "start"]
    ```

    ```dockerfile
    FROM node:22-slim
    CMD ["node", "server.js"]
    ```
    """

    id = "npm-in-front-of-program"
    severity = Severity.INFO
    help = "run what the script of package.json runs, such as node server.js"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        for entry in entries(model):
            if text := next((text for each in entry.commands if (text := _script(each))), None):
                yield Finding(entry.instruction, f"`{text}` stays in front of the program and its signals")


def _script(command: Command) -> str | None:
    if command.program not in _RUNNERS:
        return None
    words = [word.value for word in command.arguments if not word.value.startswith("-")]
    if not words or words[0] not in _VERBS:
        return None
    return " ".join([command.program, *words[: 1 if words[0] in ("start", "restart") else 2]])
