"""The rule `packages-changed-at-start`."""

from collections.abc import Iterator

from dfopt.model.managers import MANAGERS, PackageAction
from dfopt.model.model import Model
from dfopt.model.options import operands
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import entries
from dfopt.syntax.commands import Command
from dfopt.syntax.nodes import Cmd, Entrypoint

_CHANGES = (PackageAction.INSTALL, PackageAction.UPDATE, PackageAction.UPGRADE)
_HELP = ("-h", "--help", "--version")


class PackagesChangedAtStart(Rule):
    """Packages are installed or upgraded when the container starts.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image that installs, updates or upgrades packages: `apt-get upgrade`,
    `pip install`, `npm install`, `bundle install`, `composer install` and their like, in exec form, in shell form or
    behind `sh -c`.

    ## Why is this bad

    Two containers of one image are then two different systems. The start takes the time of a download, fails when the
    network or the server of the packages does, and writes what it fetched into each container anew. It also needs root
    and a package manager at run time, which is what an intruder would ask for.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    COPY . .
    CMD pip install -r requirements.txt && python app.py
    ```

    ```dockerfile
    FROM python:3.13-slim
    COPY . .
    RUN pip install --no-cache-dir -r requirements.txt
    CMD ["python", "app.py"]
    ```
    """

    id = "packages-changed-at-start"
    help = "do this in a RUN, so that the image holds what it runs"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        for entry in entries(model):
            if changing := next((text for each in entry.commands if (text := _change(each))), None):
                yield Finding(entry.instruction, f"`{changing}` runs at each start of the container")


def _change(command: Command) -> str | None:
    """The package manager and its subcommand, where that changes what is installed."""
    arguments, tool = command.arguments, command.program
    if tool.startswith("python") and [word.value for word in arguments[:2]] == ["-m", "pip"]:
        arguments, tool = arguments[2:], "pip"
    manager = MANAGERS.get(tool)
    if manager is None or any(word.value in _HELP for word in arguments):
        return None
    verbs = [word.value for word in operands(arguments, manager.valued)[:2]]
    verb = next((each for each in (" ".join(verbs), *verbs[:1]) if each in manager.verbs), None)
    return f"{tool} {verb}" if verb and manager.verbs[verb] in _CHANGES else None
