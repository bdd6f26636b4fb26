"""The rule `pip-versions-unpinned`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.pins import is_bound, unpinned
from dfopt.rules.rule import Finding, Rule

_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tar.bz2", ".tgz")
_UNPINNED_REPOSITORY = re.compile(r"(?:git|hg|svn|bzr)\+[a-z]+://[^/]*/[^@]*")
_INSTALLS = ("install", "pip install", "tool install")


class PipVersionsUnpinned(Rule):
    """pip installs packages without a version.

    ## What it does

    Reports `pip install` and `uv pip install` of packages that have neither a version nor a bound, and of repositories
    without a commit or tag (`git+https://…@v1.2`). Files of requirements, folders and archives are left alone, and so
    is everything where a constraint (`-c`, `PIP_CONSTRAINT`) decides.

    ## Why is this bad

    The same Dockerfile gives other images on other days, and a new major version breaks the build or, worse, the
    program. There is no fix, for only you know which version the program was tested with.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir flask
    ```

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir flask==3.1.0
    ```
    """

    id = "pip-versions-unpinned"
    aliases = ("DL3013",)
    help = "give each package a version, `flask==3.1.0`, or install from a file of requirements that does"
    managers = ("pip", "uv")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.verb not in _INSTALLS or command.has_option("-c", "--constraint", "--constraints"):
            return
        if "PIP_CONSTRAINT" in command.command.variables:
            return
        yield from unpinned(command, _is_pinned)


def _is_pinned(package: Package) -> bool:
    if _UNPINNED_REPOSITORY.fullmatch(package.name):
        return False
    return is_bound(package) or "/" in package.name or package.name.endswith(_ARCHIVES)
