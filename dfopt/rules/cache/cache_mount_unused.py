"""The rule `cache-mount-unused`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dfopt.model.model import Model
from dfopt.model.mounts import Mount
from dfopt.model.runs import RunFacts
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.cache_mounts import cache_below, home_of
from dfopt.syntax.nodes import Instruction, Run

if TYPE_CHECKING:
    from dfopt.knowledge.caches import Cache

_TOOLS = frozenset(
    ". : [ cat cd chmod chown command cp curl cut date echo env exit export false find gpg grep head install ln ls"
    " mkdir mktemp mv printf pwd rm sed set sha256sum sort tail tar tee test touch tr true umask unset unzip uname wget"
    " which".split()
)
"""Programs that use no package manager's cache."""

_ALSO = {
    "apt": frozenset({"aptitude", "dpkg", "mk-build-deps"}),
    "go": frozenset({"golangci-lint", "gotestsum", "ko", "make", "mage", "task", "xx-go"}),
    "npm": frozenset({"lerna", "npx", "nx", "turbo"}),
    "pip": frozenset({"pip-sync", "pipx", "tox", "uv"}),
}
"""Programs that use another manager's cache."""


class CacheMountUnused(Rule):
    """A cache is mounted that no command uses.

    ## What it does

    Reports a `--mount=type=cache` for the cache of a package manager that the RUN does not run, where all of its
    commands are known to have no use for it; and one in root's home where the RUN is another user's.

    ## Why is this bad

    The mount does nothing, while the cache that is used goes into the layer, or is fetched again at each build.

    ## Example

    ```dockerfile
    FROM node:22-slim
    RUN --mount=type=cache,target=/root/.npm yarn install
    ```

    ```dockerfile
    FROM node:22-slim
    RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install
    ```
    """

    id = "cache-mount-unused"
    severity = Severity.INFO
    help = "mount the folder that the package manager uses"
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        run = model.run(instruction) if isinstance(instruction, Run) and instruction.flags else None
        for mount in run.mounts if run else ():
            cache = cache_below(mount, run) if run and mount.type == "cache" else None
            if run and cache:
                yield from _unused(mount, cache, run)


def _unused(mount: Mount, cache: "Cache", run: RunFacts) -> Iterator[Finding]:
    if not any(each.manager == cache.manager for each in run.package_commands):
        if _is_fully_known(cache, run):
            yield Finding(mount.flag, f"no command uses the cache of {cache.manager} at {mount.target}")
        return
    home = home_of(mount.target or "")
    is_foreign = home == "/root" and run.config.runs_as_root is False and "HOME" not in run.config.variables
    moves = {each for each in (cache.moved_by,) if each}
    if is_foreign and not moves & set(run.config.variables) and not any(each.is_root for each in run.commands):
        yield Finding(mount.flag, f"{run.user} does not use root's cache at {mount.target}")


def _is_fully_known(cache: "Cache", run: RunFacts) -> bool:
    """Whether every command of a RUN is known, and none of them uses the cache."""
    managers = {id(each.command) for each in run.package_commands}
    if not managers or not run.commands:
        return False
    users = _ALSO.get(cache.manager, frozenset()) | {cache.manager}
    if any(each.program in users for each in run.commands):
        return False
    return all(id(each) in managers or each.program in _TOOLS or not each.program for each in run.commands)
