"""The rule `pip-user-install-as-root`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.distributions import runs_as_root
from dfopt.rules.shared.leftovers import ships

_BIN = ".local/bin"


class PipUserInstallAsRoot(Rule):
    """pip installs into the home folder of root.

    ## What it does

    Reports `pip install --user` that root runs in a stage that the final image is made of, unless PATH has the folder
    or `PYTHONUSERBASE` moves it.

    ## Why is this bad

    The packages land in `/root/.local`. The programs among them are not found, for `/root/.local/bin` is not in
    PATH, and as soon as USER names somebody else nothing of it can be imported.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir --user flask==3.1.0
    ```

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir flask==3.1.0
    ```
    """

    id = "pip-user-install-as-root"
    severity = Severity.INFO
    help = "install without --user, or into a virtual environment"
    managers = ("pip",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.is_install or not command.has_option("--user") or not ships(command.run.stage):
            return
        config = command.run.stage.config
        if _BIN in config.env.get("PATH", "") or "PYTHONUSERBASE" in command.command.variables:
            return
        if command.command.is_root or runs_as_root(command.run):
            yield Finding(command, "the packages land in the home folder of root")
