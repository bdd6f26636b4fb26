"""The rule `cache-mount-emptied`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.mounts import Mount
from dfopt.model.packages import PackageCommand
from dfopt.model.paths import is_below
from dfopt.model.runs import RunFacts
from dfopt.rules.chains import delete
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.cache_mounts import cache_below, keeps_no_cache
from dfopt.syntax.nodes import Instruction, Run


class CacheMountEmptied(Rule):
    r"""A step empties the cache that it mounts.

    ## What it does

    Reports a RUN with `--mount=type=cache` that deletes what is in the mounted folder (`rm -rf /var/lib/apt/lists/*`,
    `apt-get clean`, `npm cache clean`, `yum clean all`…), or tells the package manager to keep no cache (`--no-cache`,
    `--no-cache-dir`).

    ## Why is this bad

    The mount is there so that the next build finds what this one fetched. It is not a part of the layer, so that
    emptying it saves no byte of the image, and the next build downloads everything again.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
        apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
        apt-get update && apt-get install -y curl
    ```

    ## Fix safety

    Safe: the command that empties the mount is taken out, where it does nothing else. What is under a mount is not in
    the layer, so the image is the same.
    """

    id = "cache-mount-emptied"
    help = "leave the cleaning out: the mount is not a part of the image"
    fix_safety = Safety.SAFE
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        run = model.run(instruction) if isinstance(instruction, Run) and instruction.flags else None
        mounts = [mount for mount in run.mounts if mount.type == "cache" and mount.target] if run else []
        if run is None or not mounts:
            return
        for command in run.commands:
            if paths := _removed(command):
                emptied = [mount for mount in mounts if any(_covers(path, mount) for path in paths)]
                if emptied:
                    yield _finding(command, emptied[0], is_all=_is_all_mounted(paths, mounts))
        for package_command in run.package_commands:
            if found := _emptied_by_manager(package_command, mounts, run):
                yield found


def _removed(command: Invocation) -> list[str]:
    is_removal = command.program == "rm" and command.has_option("-r", "-R", "--recursive")
    return [command.path(word) for word in command.operands] if is_removal else []


def _covers(path: str, mount: Mount) -> bool:
    """Whether a removal takes all that is in a mount."""
    folder = path.removesuffix("/*")
    return mount.target is not None and is_below(mount.target, folder)


def _is_all_mounted(paths: list[str], mounts: list[Mount]) -> bool:
    return all(any(is_below(path.removesuffix("/*"), mount.target or "/") for mount in mounts) for path in paths)


def _finding(command: Invocation, mount: Mount, *, is_all: bool) -> Finding:
    edits = delete(command) if is_all else None
    fix = Fix(Safety.SAFE, "leave the cleaning out", edits) if edits else None
    return Finding(command, f"the cache that is mounted at {mount.target} is emptied", fix=fix)


def _emptied_by_manager(command: PackageCommand, mounts: list[Mount], run: RunFacts) -> Finding | None:
    held = [(mount, cache) for mount in mounts if (cache := cache_below(mount, run))]
    own = [mount for mount, cache in held if cache.manager in (command.manager, command.tool) and cache.name != "lists"]
    if not own:
        return None
    if command.action is PackageAction.CLEAN:
        return _finding(command.command, own[0], is_all=True)
    if command.is_install and keeps_no_cache(command):
        message = f"{command.tool} keeps no cache, and the mount at {own[0].target} stays empty"
        return Finding(command, message, help="take the mount out, or the option that keeps no cache")
    return None
