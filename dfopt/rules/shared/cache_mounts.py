"""Cache mounts, and the package managers whose caches they keep."""

from typing import TYPE_CHECKING

from dfopt.model.mounts import Mount
from dfopt.model.packages import PackageCommand
from dfopt.model.runs import RunFacts

if TYPE_CHECKING:
    from dfopt.knowledge.caches import Cache


def cache_below(mount: Mount, run: RunFacts) -> "Cache | None":
    """The cache of a package manager that a mount holds: its folder itself, or one below it."""
    from dfopt.knowledge.caches import caches, in_home, managers, owner_of

    target = mount.target
    if target is None:
        return None
    home = home_of(target) or run.config.home or "/root"
    known = (cache for manager in managers() for cache in caches(manager) if cache.mount_target)
    exact = next((cache for cache in known if in_home(cache.mount_target or "", home) == target), None)
    return exact or owner_of(target, home)


def home_of(path: str) -> str | None:
    """The home folder that a path lies in."""
    parts = path.split("/")
    if path == "/root" or path.startswith("/root/"):
        return "/root"
    return "/".join(parts[:3]) if path.startswith("/home/") and len(parts) > 3 else None


def keeps_no_cache(command: PackageCommand) -> bool:
    """Whether an option or a variable tells a command to keep no cache."""
    from dfopt.knowledge.caches import caches

    names = (command.tool, command.manager)
    known = [cache for name in dict.fromkeys(names) for cache in caches(name)]
    flags = [flag for cache in known for flag in cache.avoid_flags]
    variables = {name for cache in known for name, _ in cache.avoid_environment}
    assigned = {each.name for each in command.command.assignments}
    return command.has_option(*flags) or bool(variables & (assigned | set(command.command.variables)))
