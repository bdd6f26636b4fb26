"""The rule `conda-waits-for-answer`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.answers import unanswered

_SETTINGS = (b"always_yes", b"CONDA_ALWAYS_YES", b"MAMBA_ALWAYS_YES")


class CondaWaitsForAnswer(Rule):
    """conda asks whether to go on, and nobody answers.

    ## What it does

    Reports `conda install`, `create`, `update` and `remove` (also of `mamba` and `micromamba`) without `-y`, unless
    `always_yes` is set anywhere in the file. `conda env` does not ask.

    ## Why is this bad

    conda asks before it changes something. A build has no terminal, so conda gives up and the build fails.

    ## Example

    ```dockerfile
    FROM continuumio/miniconda3:24.11.1-0
    RUN conda install numpy
    ```

    ```dockerfile
    FROM continuumio/miniconda3:24.11.1-0
    RUN conda install -y numpy
    ```

    ## Fix safety

    Safe: where conda did not ask, `-y` changes nothing; where it did, the build failed.
    """

    id = "conda-waits-for-answer"
    help = "add -y"
    fix_safety = Safety.SAFE
    managers = ("conda",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.verb.startswith("env ") or command.has_option("-d", "--dry-run"):
            return
        if not any(setting in model.data for setting in _SETTINGS):
            yield from unanswered(command, "-y", "--yes")
