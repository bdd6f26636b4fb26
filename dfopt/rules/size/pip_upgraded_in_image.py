"""The rule `pip-upgraded-in-image`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships

_TOOLS = frozenset(("pip", "setuptools", "wheel"))


class PipUpgradedInImage(Rule):
    """The pip of an image of Python is replaced.

    ## What it does

    Reports `pip install --upgrade pip` (and `setuptools`, `wheel`) without a version, on an official image of Python,
    in the stages that the final image is made of.

    ## Why is this bad

    These images bring a pip that fits their Python. The new one lies in another layer, so both ship, some 10 MB each,
    and which one it is depends on the day. At run time nobody needs either.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir --upgrade pip
    ```

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir --upgrade pip==25.0.1
    ```
    """

    id = "pip-upgraded-in-image"
    severity = Severity.HINT
    help = "leave pip as the base has it, or give it a version where a newer one is needed"
    managers = ("pip",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.is_install or not command.has_option("-U", "--upgrade") or not ships(command.run.stage):
            return
        names = [package.name for package in command.packages if package.version is None]
        if (
            not command.files
            and _TOOLS.issuperset(names)
            and "pip" in names
            and _is_python(command.run.stage.root_base)
        ):
            yield Finding(command, "the pip of the base image ships beside the one that replaces it")


def _is_python(reference: str | None) -> bool:
    from dfopt.knowledge.bases import identify

    base = identify(reference) if reference else None
    return base is not None and base.image == "python"
