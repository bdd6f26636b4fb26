"""The rule `torch-with-cuda`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships

_INDEXES = ("-i", "--index-url", "--index", "--extra-index-url", "-f", "--find-links", "--torch-backend", "--no-deps")
_GRAPHICS_CARD = re.compile(rb"cuda|nvidia|\bcu1[0-9]{2}\b|\bgpu\b|rocm", re.IGNORECASE)


class TorchWithCuda(Rule):
    """PyTorch comes with the libraries of a graphics card that nothing here speaks of.

    ## What it does

    Reports `pip install torch` from PyPI in the stages that the final image is made of, where the file says nothing
    of CUDA, NVIDIA or a GPU. Another index is heeded, also that of `PIP_INDEX_URL` and its like.

    ## Why is this bad

    On Linux the package on PyPI needs those of CUDA: libraries of more than 2 GB that do nothing on a machine
    without such a card. PyTorch's own index has a build for processors only. No price is stated, for it changes
    with each version.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir torch==2.5.1
    ```

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir torch==2.5.1 --index-url https://download.pytorch.org/whl/cpu
    ```
    """

    id = "torch-with-cuda"
    severity = Severity.INFO
    help = "if it runs on processors only, add `--index-url https://download.pytorch.org/whl/cpu`"
    managers = ("pip", "uv")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.is_install or not ships(command.run.stage) or _is_told_where_from(command):
            return
        for package in command.packages:
            is_for_a_card = "+" in (package.version or "") or package.is_path
            if package.name == "torch" and not is_for_a_card and not _GRAPHICS_CARD.search(model.data):
                yield Finding(package, "torch from PyPI brings in the libraries of CUDA")


def _is_told_where_from(command: PackageCommand) -> bool:
    variables = command.command.variables
    names = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "UV_INDEX_URL", "UV_TORCH_BACKEND")
    return command.has_option(*_INDEXES) or any(variables.get(each) for each in names)
