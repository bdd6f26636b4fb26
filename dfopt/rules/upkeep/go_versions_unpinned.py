"""The rule `go-versions-unpinned`."""

import re
from collections.abc import Iterator

from dfopt.model.effects import EffectKind
from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.model.paths import is_below
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.pins import unpinned

_REMOTE = re.compile(r"[\w-]+(?:\.[\w-]+)+/\S+")
_MOVING = ("latest", "upgrade", "patch", "master", "main", "none")


class GoVersionsUnpinned(Rule):
    """go fetches programs without a version.

    ## What it does

    Reports `go install`, `go get` and `go run` of packages of a server that have no version or one that moves
    (`@latest`). Packages of the module itself (`./cmd/app`) are left alone, and so are those whose sources the file
    has put below `src` before: go then builds what is there.

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
            yield from unpinned(command, lambda package: _is_pinned(package) or _is_there(package.name, command))
        elif command.verb == "run":
            program = command.command.operands[1:2]
            if program and _is_unpinned_program(command.command.value(program[0])):
                yield Finding(program[0], f"{program[0].value} is run in whatever version there is that day")


def _is_pinned(package: Package) -> bool:
    if not _REMOTE.match(package.name):
        return True
    return bool(package.version) and package.version not in _MOVING


def _is_there(name: str, command: PackageCommand) -> bool:
    """Whether an instruction or a command in front brought the sources of a package into a GOPATH."""
    for effect in command.run.stage.effects_of_lineage:
        if effect.by.span.start > command.run.instruction.span.start:
            return False
        if effect.by is command.run.instruction and effect.command and effect.command.start > command.command.start:
            return False
        _, found, path = effect.path.partition("/src/")
        if found and effect.kind is EffectKind.CREATE and effect.recursive and path and is_below(name, path):
            return True
    return False


def _is_unpinned_program(text: str) -> bool:
    name, _, version = text.partition("@")
    return bool(_REMOTE.match(name)) and not name.endswith(".go") and (not version or version in _MOVING)
