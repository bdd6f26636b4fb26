"""The rule `pacman-cache-left-behind`."""

from dfopt.model.effects import EffectKind
from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.paths import is_below
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import INSTALLING, CacheLeftBehind, clean_after

_FOLDER = "/var/cache/pacman/pkg"
_ELSEWHERE = ("-r", "--root", "--sysroot", "--cachedir", "-b", "--dbpath", "--config")


class PacmanCacheLeftBehind(CacheLeftBehind):
    """The packages that pacman downloaded stay in the image.

    ## What it does

    Reports RUNs that install with pacman and do not empty `/var/cache/pacman/pkg` afterwards, in the stages that
    the final image is made of. `pacman -Scc --noconfirm` empties nothing: the question is answered with its
    default, which is no; and `pacman -Sc` keeps what is installed.

    ## Why is this bad

    Each package ships a second time, compressed. No price is stated, for it depends on the packages.

    ## Example

    ```dockerfile
    FROM archlinux:base
    RUN pacman -Syu --noconfirm nginx && pacman -Scc --noconfirm
    ```

    ```dockerfile
    FROM archlinux:base
    RUN pacman -Syu --noconfirm nginx && rm -rf /var/cache/pacman/pkg/*
    ```

    ## Fix safety

    Safe: nothing reads the archives of installed packages. There is no fix where a command says which root or cache
    it means.
    """

    id = "pacman-cache-left-behind"
    help = f"end the RUN with `rm -rf {_FOLDER}/*`, or mount a cache there"
    fix_safety = Safety.SAFE
    managers = ("pacman",)

    def leaves_cache(self, command: PackageCommand) -> bool:
        if command.action not in INSTALLING or command.tool != "pacman" or command.run.mount_over(_FOLDER):
            return False
        return not _is_emptied(command) and not command.has_option(*_ELSEWHERE)

    def message(self, command: PackageCommand) -> str:
        return f"pacman {command.verb} leaves the packages that it downloaded in the layer"

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        text = f"rm -rf {_FOLDER}/*"
        return clean_after(command.command, text, "remove the downloaded packages behind it", Safety.SAFE)


def _is_emptied(command: PackageCommand) -> bool:
    run, start = command.run, command.start
    if any(_answers_yes(each) for each in run.package_commands if each.start > start):
        return True
    return any(
        each.covers(_FOLDER) or is_below(each.path, _FOLDER)
        for each in run.effects
        if each.kind is EffectKind.DELETE and each.command and each.command.start > start and not each.cache_of
    )


def _answers_yes(command: PackageCommand) -> bool:
    """Whether a command is a `pacman -Scc` that something like `yes |` answers."""
    is_clean = command.manager == "pacman" and command.action is PackageAction.CLEAN
    return is_clean and not command.has_option("--noconfirm") and _cleans_all(command)


def _cleans_all(command: PackageCommand) -> bool:
    words = [word.value for word in command.command.arguments]
    letters = sum(word.count("c") for word in words if word.startswith("-") and not word.startswith("--"))
    return letters + words.count("--clean") > 1
