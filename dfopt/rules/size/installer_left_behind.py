"""The rule `installer-left-behind`."""

import re
from collections.abc import Iterator

from dfopt.model.effects import EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.downloaded import FETCHERS, delete_after, takes_away
from dfopt.rules.shared.leftovers import ships

_INSTALLER = re.compile(
    r"\.(?:deb|rpm|run|bin|whl|pkg\.tar\.\w+)$|(?:ana|mini)conda[^/]*\.sh$|(?:mini|mamba)forge[^/]*\.sh$", re.IGNORECASE
)
_INSTALLS = frozenset("alien apt apt-get bash conda dnf dpkg gdebi microdnf pacman pip pip3 rpm sh yum zypper".split())


class InstallerLeftBehind(Rule):
    """A downloaded package or installer stays in the image beside what it installed.

    ## What it does

    Reports packages (`.deb`, `.rpm`, `.whl`) and installers (`.run`, Miniconda…) that `curl` or `wget` fetch, that
    the same RUN installs, and that it does not delete, in the stages that the final image is made of.

    ## Why is this bad

    The file is of no use any more. No price is stated, for the Dockerfile does not tell its size.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSLo /tmp/app.deb https://example.com/app.deb && dpkg -i /tmp/app.deb
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSLo /tmp/app.deb https://example.com/app.deb && dpkg -i /tmp/app.deb && rm /tmp/app.deb
    ```

    ## Fix safety

    Safe: the file is deleted when it has been installed, and nothing behind that names it again. There is no fix where
    its path is not known.
    """

    id = "installer-left-behind"
    help = "delete the file in the RUN that fetches and installs it"
    fix_safety = Safety.SAFE
    commands = FETCHERS

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        if not ships(command.run.stage):
            return
        effects = command.run.effects
        for fetched in effects:
            if fetched.command is command and fetched.kind is EffectKind.CREATE and _INSTALLER.search(fetched.path):
                install = next((each for each in command.following if _installs(each, fetched.path)), None)
                if install and not any(takes_away(each, fetched) for each in effects):
                    fix = delete_after(fetched, install, "delete the file when it is installed", model)
                    message = f"{fetched.path} stays in the layer beside what it installed"
                    yield Finding(command, message, fix=fix)


def _installs(command: Invocation, path: str) -> bool:
    if command.program in _INSTALLS:
        return any(command.path(word) == path for word in command.arguments)
    return command.join(command.command.name) == path
