"""The rule `apt-recommends-installed`."""

from collections.abc import Iterator
from functools import lru_cache

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.prices import recommended_cost

_SETTING = b"nstall-recommends"
_OFF = ("--no-install-recommends", "--without-recommends")


class AptRecommendsInstalled(Rule):
    """apt installs recommended packages that nobody asked for.

    ## What it does

    Reports `apt-get install` (and `apt`, `aptitude`) without `--no-install-recommends`, in the stages that the final
    image is made of. Files that set `APT::Install-Recommends` themselves are left alone.

    ## Why is this bad

    Recommended packages are what most people at a desk want beside a program. An image has one purpose, and they are
    often more than half of what is installed.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/*
    ```

    ## Fix safety

    Unsafe: the program may need a package that was only recommended. The usual one is `ca-certificates`, without which
    curl and git can't verify a server; name those that are needed.
    """

    id = "apt-recommends-installed"
    aliases = ("DL3015",)
    help = "add --no-install-recommends, and name the recommended packages that are needed"
    fix_safety = Safety.UNSAFE
    managers = ("apt",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.verb != "install" or command.verb_word is None or not ships(command.run.stage):
            return
        if command.has_option(*_OFF) or (command.tool == "aptitude" and command.has_option("-R")):
            return
        if _is_set(model.data):
            return
        edits = insert_word_after(command.command, command.verb_word, "--no-install-recommends")
        yield Finding(
            command,
            f"{command.tool} install also installs recommended packages",
            cost=recommended_cost(command.run.stage, tuple([package.name for package in command.packages])),
            fix=Fix(Safety.UNSAFE, "add --no-install-recommends", edits),
        )


@lru_cache(1)
def _is_set(data: bytes) -> bool:
    """Whether a file sets `APT::Install-Recommends`; kept for the file that is asked about for each installation."""
    return _SETTING in data.lower().replace(b"no-install-recommends", b"")
