"""The rule `go-versions-unpinned`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.pins import unpinned
from dfopt.rules.rule import Finding, Rule

_REMOTE = re.compile(r"[\w-]+(?:\.[\w-]+)+/\S+")
_MOVING = ("latest", "upgrade", "patch", "master", "main", "none")


class GoVersionsUnpinned(Rule):
    """go fetches programs without a version.

    ## What it does

    Reports `go install`, `go get` and `go run` of packages of a server that have no version or one that moves
    (`@latest`). Packages of the module itself (`./cmd/app`) are left alone.

    ## Why is this bad

    The same Dockerfile gives other images on other days. `go install` outside of a module even fails without a version.
    There is no fix, for only you know which version is meant.

    ## Example

    ```dockerfile
    FROM golang:1.24
    RUN go install github.com/go-delve/delve/cmd/dlv@latest
    ```

    ```dockerfile
    FROM golang:1.24
    RUN go install github.com/go-delve/delve/cmd/dlv@v1.24.0
    ```
    """

    id = "go-versions-unpinned"
    aliases = ("DL3062",)
    help = "give each package a version, `…@v1.24.0`"
    managers = ("go",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.verb in ("install", "get"):
            yield from unpinned(command, _is_pinned)
        elif command.verb == "run":
            program = command.command.operands[1:2]
            if program and _is_unpinned_program(command.command.value(program[0])):
                yield Finding(program[0], f"{program[0].value} is run in whatever version there is that day")


def _is_pinned(package: Package) -> bool:
    if not _REMOTE.match(package.name):
        return True
    return bool(package.version) and package.version not in _MOVING


def _is_unpinned_program(text: str) -> bool:
    name, _, version = text.partition("@")
    return bool(_REMOTE.match(name)) and not name.endswith(".go") and (not version or version in _MOVING)
