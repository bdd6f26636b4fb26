"""The rule `apt-cache-mount-stays-empty`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import base_of
from dfopt.rules.shared.texts import texts
from dfopt.syntax.nodes import Instruction, Run

_KEEPS = re.compile(r"docker-clean|Keep-Downloaded-Packages")
_FAMILIES = frozenset({"debian", "ubuntu"})


class AptCacheMountStaysEmpty(Rule):
    r"""apt deletes what a cache mount should keep.

    ## What it does

    Reports a `--mount=type=cache` on `/var/cache/apt` on an image of Debian or Ubuntu, where nothing in the stage
    removes `/etc/apt/apt.conf.d/docker-clean` or sets `Keep-Downloaded-Packages`.

    ## Why is this bad

    These images have a setting that deletes each package as soon as it is installed. The mount then keeps nothing, and
    each build fetches all packages again.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
        apt-get update && apt-get install -y curl
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN rm -f /etc/apt/apt.conf.d/docker-clean \
        && echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
        apt-get update && apt-get install -y curl
    ```
    """

    id = "apt-cache-mount-stays-empty"
    severity = Severity.INFO
    help = "remove /etc/apt/apt.conf.d/docker-clean before, and set Binary::apt::APT::Keep-Downloaded-Packages"
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        run = model.run(instruction) if isinstance(instruction, Run) and instruction.flags else None
        mounts = [mount for mount in run.mounts if mount.type == "cache"] if run else []
        mount = next((each for each in mounts if (each.target or "").startswith("/var/cache/apt")), None)
        if run is None or mount is None or not _installs(run) or _keeps_packages(run):
            return
        if _is_debian_image(run.stage):
            yield Finding(mount.flag, "apt deletes each package after it is installed, and the mount stays empty")


def _installs(run: RunFacts) -> bool:
    return any(each.manager == "apt" and each.is_install for each in run.package_commands)


def _keeps_packages(run: RunFacts) -> bool:
    """Whether something in the stage, or in one below it, changes what apt does with packages."""
    if any(run.mount_over(path) for path in ("/etc/apt/apt.conf.d", "/etc/apt")):
        return True
    commands = (command for stage in run.stage.lineage for command in stage.commands)
    if any(_KEEPS.search(word.value) for command in commands for word in texts(command)):
        return True
    copies = (copy for stage in run.stage.lineage for copy in stage.copies)
    return any(copy.destination.startswith("/etc/apt/apt.conf") for copy in copies)


def _is_debian_image(stage: Stage) -> bool:
    base = base_of(stage)
    return base is not None and base.family in _FAMILIES
