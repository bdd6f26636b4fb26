"""The rule `npm-versions-unpinned`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.pins import is_bound, unpinned
from dfopt.rules.rule import Finding, Rule

_INSTALLS = ("install", "i", "add", "global add")
_MOVING = ("latest", "next", "canary", "nightly", "beta", "alpha")
_REPOSITORY = re.compile(r"(?:git(?:\+\w+)?|ssh)://|git@|(?:github|gitlab|bitbucket):|[\w-]+/[\w.-]+(?:#|\Z)")
_ARCHIVES = (".tgz", ".tar.gz", ".tar")


class NpmVersionsUnpinned(Rule):
    """npm installs packages without a version.

    ## What it does

    Reports `npm install`, `yarn add`, `yarn global add` and `pnpm add` of packages without a version (`serve@14.2.4`),
    with one that moves (`serve@latest`), and of repositories without a commit or tag (`git+https://…#v1.2`).

    ## Why is this bad

    The same Dockerfile gives other images on other days, and a new major version breaks the build or, worse, the
    program. There is no fix, for only you know which version the program was tested with.

    ## Example

    ```dockerfile
    FROM node:22-slim
    RUN npm install -g serve
    ```

    ```dockerfile
    FROM node:22-slim
    RUN npm install -g serve@14.2.4
    ```
    """

    id = "npm-versions-unpinned"
    aliases = ("DL3016",)
    help = "give each package a version, `serve@14.2.4`"
    managers = ("npm", "yarn", "pnpm")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.verb in _INSTALLS:
            yield from unpinned(command, _is_pinned)


def _is_pinned(package: Package) -> bool:
    text = package.word.value
    if _REPOSITORY.match(text):
        return "#" in text
    if text.endswith(_ARCHIVES):
        return True
    return is_bound(package) and package.version not in _MOVING
