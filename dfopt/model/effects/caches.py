"""What package managers leave behind: caches and indexes, at the paths where each keeps them by default."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dfopt.frozen import frozen
from dfopt.model.effects.effect import Effect, EffectKind
from dfopt.model.managers import PackageAction
from dfopt.model.paths import is_exact, join_path

if TYPE_CHECKING:
    from dfopt.model.invocations import Invocation
    from dfopt.model.packages import PackageCommand

_NODE_MANAGERS = frozenset(("npm", "pnpm", "yarn"))
_CLEANS_LISTS = ("dist-clean", "distclean")
"""What empties apt's lists too, from Debian 13 on; `apt-get clean` leaves them."""
_FETCHES = frozenset((PackageAction.INSTALL, PackageAction.UPGRADE, PackageAction.DOWNLOAD, PackageAction.BUILD))


@frozen()
class Cache:
    """One cache: where it is, what writes it, and what keeps it from being written.

    `folder` may start with `~`. `variable` names the environment variable that moves it (then `below` is where it is in
    that folder), `off` the options that keep it empty, `off_variables` the variables that do so when they are set.
    `certain` is False where the official images are set up so that it stays empty.
    """

    folder: str
    actions: frozenset[PackageAction] = _FETCHES
    variable: str | None = None
    below: str = ""
    option: str | None = None
    off: tuple[str, ...] = ()
    off_variables: tuple[str, ...] = ()
    certain: bool = True
    tools: tuple[str, ...] = ()


_INDEX = frozenset((PackageAction.UPDATE,))
_INDEX_AND_INSTALL = frozenset((PackageAction.UPDATE, PackageAction.INSTALL, PackageAction.UPGRADE))
_INSTALL = frozenset((PackageAction.INSTALL, PackageAction.UPGRADE, PackageAction.DOWNLOAD))

CACHES: dict[str, tuple[Cache, ...]] = {
    "apt": (
        Cache("/var/lib/apt/lists", _INDEX),
        Cache("/var/cache/apt/archives", _INSTALL, certain=False),
    ),
    "apk": (Cache("/var/cache/apk", _INDEX_AND_INSTALL, off=("--no-cache",)),),
    "dnf": (
        Cache("/var/cache/dnf", _INDEX_AND_INSTALL, tools=("dnf", "dnf5", "microdnf", "tdnf")),
        Cache("/var/cache/yum", _INDEX_AND_INSTALL, tools=("yum", "microdnf")),
    ),
    "zypper": (Cache("/var/cache/zypp", _INDEX_AND_INSTALL, off=("--no-cache",)),),
    "pacman": (
        Cache("/var/cache/pacman/pkg", _INSTALL),
        Cache("/var/lib/pacman/sync", _INDEX_AND_INSTALL),
    ),
    "pip": (
        Cache(
            "~/.cache/pip",
            variable="PIP_CACHE_DIR",
            option="--cache-dir",
            off=("--no-cache-dir",),
            off_variables=("PIP_NO_CACHE_DIR",),
        ),
    ),
    "uv": (
        Cache(
            "~/.cache/uv",
            variable="UV_CACHE_DIR",
            option="--cache-dir",
            off=("--no-cache", "-n", "--no-cache-dir"),
            off_variables=("UV_NO_CACHE",),
        ),
    ),
    "poetry": (Cache("~/.cache/pypoetry", variable="POETRY_CACHE_DIR", off=("--no-cache",)),),
    "pipenv": (
        Cache("~/.cache/pipenv", variable="PIPENV_CACHE_DIR"),
        Cache("~/.cache/pip", variable="PIP_CACHE_DIR", off_variables=("PIP_NO_CACHE_DIR",)),
    ),
    "conda": (Cache("/opt/conda/pkgs", _INSTALL, variable="CONDA_PKGS_DIRS", certain=False),),
    "npm": (Cache("~/.npm", _INSTALL, variable="npm_config_cache", option="--cache"),),
    "yarn": (Cache("~/.cache/yarn", _INSTALL, variable="YARN_CACHE_FOLDER", option="--cache-folder", certain=False),),
    "pnpm": (Cache("~/.local/share/pnpm/store", _INSTALL, option="--store-dir", certain=False),),
    "gem": (Cache("~/.gem", _INSTALL, variable="GEM_HOME", below="cache", certain=False),),
    "bundler": (Cache("/usr/local/bundle/cache", _INSTALL, variable="GEM_HOME", below="cache", certain=False),),
    "composer": (
        Cache("~/.composer/cache", _INSTALL, variable="COMPOSER_CACHE_DIR", off=("--no-cache",), certain=False),
    ),
    "cargo": (Cache("~/.cargo/registry", variable="CARGO_HOME", below="registry"),),
    "go": (
        Cache("~/go/pkg/mod", variable="GOPATH", below="pkg/mod"),
        Cache("~/.cache/go-build", frozenset((PackageAction.INSTALL, PackageAction.BUILD)), variable="GOCACHE"),
    ),
    "nuget": (Cache("~/.nuget/packages", variable="NUGET_PACKAGES"),),
}
"""By manager; the defaults are those of each manager's own documentation, for Linux."""


def package_effects(command: "PackageCommand") -> Iterator[Effect]:
    """The caches that one command of a package manager fills or empties, and the modules it installs in its folder."""
    yield from _cache_effects(command)
    if command.manager in _NODE_MANAGERS and command.is_install and not _is_global(command):
        yield Effect(
            kind=EffectKind.CREATE,
            path=command.command.join("node_modules"),
            by=command.run.instruction,
            command=command.command,
            certain=False,
            recursive=True,
            is_folder=True,
        )


def _is_global(command: "PackageCommand") -> bool:
    return command.verb.startswith("global") or command.has_option("-g", "--global", "--location")


def _cache_effects(command: "PackageCommand") -> Iterator[Effect]:
    for cache in CACHES.get(command.manager, ()):
        if cache.tools and command.tool not in cache.tools:
            continue
        is_clean = command.action is PackageAction.CLEAN
        fills = command.action in cache.actions or (command.fetches_index and cache.actions is _INDEX)
        if not is_clean and (not fills or _is_off(cache, command.command)):
            continue
        if is_clean and cache.folder == "/var/lib/apt/lists" and command.verb not in _CLEANS_LISTS:
            continue
        path = _folder(cache, command.command)
        yield Effect(
            kind=EffectKind.DELETE if is_clean else EffectKind.CREATE,
            path=path,
            by=command.run.instruction,
            command=command.command,
            certain=is_exact(path) and (cache.certain or is_clean),
            recursive=True,
            contents_only=is_clean,
            is_folder=True,
            cache_of=command.manager,
        )


def _folder(cache: Cache, command: "Invocation") -> str:
    if cache.option and (word := command.option_value(cache.option)):
        return command.path(word)
    if cache.variable and (moved := _variable(command, cache.variable)):
        return join_path(command.join(moved), cache.below)
    if cache.folder.startswith("~"):
        home = _variable(command, "HOME")
        return join_path(None, ("~" if home is None else home) + cache.folder[1:])
    return cache.folder


def _is_off(cache: Cache, command: "Invocation") -> bool:
    if cache.off and command.has_option(*cache.off):
        return True
    values = [_variable(command, name) or "" for name in cache.off_variables]
    return any(value.lower() not in ("", "0", "false", "no", "off") for value in values)


def _variable(command: "Invocation", name: str) -> str | None:
    """The value that a variable has for a command, where it is known."""
    own = [each.value.value for each in command.assignments if each.name == name and each.value.is_static]
    return own[-1] if own else command.variables.get(name)
