"""The rule `apt-archives-left-behind`."""

from dfopt.model.effects import EffectKind
from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import CacheLeftBehind, clean_after, spoken

_ARCHIVES = "/var/cache/apt/archives"
_CLEANER = "/etc/apt/apt.conf.d/docker-clean"


class AptArchivesLeftBehind(CacheLeftBehind):
    r"""The packages that apt downloaded stay in the image.

    ## What it does

    Reports `apt-get install` and `upgrade` without `apt-get clean` behind it where apt keeps the archives: below a
    file that removes `/etc/apt/apt.conf.d/docker-clean`, which does away with them in the official images of Debian and
    Ubuntu and in all that are built on these, and in images built from scratch, which do not have that file. A mount on
    `/var/cache/apt` keeps the archives out of the layer as well.

    ## Why is this bad

    Each package ships a second time, compressed. No price is stated: what is downloaded depends on what is there.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN rm -f /etc/apt/apt.conf.d/docker-clean
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN rm -f /etc/apt/apt.conf.d/docker-clean
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
        --mount=type=cache,target=/var/lib/apt,sharing=locked \
        apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    ## Fix safety

    Safe: nothing reads the archives of installed packages.
    """

    id = "apt-archives-left-behind"
    help = "run `apt-get clean` in the same RUN, or mount a cache on /var/cache/apt"
    fix_safety = Safety.SAFE
    managers = ("apt",)

    def leaves_cache(self, command: PackageCommand) -> bool:
        if command.action not in (PackageAction.INSTALL, PackageAction.UPGRADE) or not _keeps_archives(command):
            return False
        return super().leaves_cache(command)

    def message(self, command: PackageCommand) -> str:
        return f"{spoken(command)} leaves the packages that it downloaded in the layer"

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        return clean_after(command.command, "apt-get clean", "run apt-get clean behind it", Safety.SAFE)


def _keeps_archives(command: PackageCommand) -> bool:
    stage = command.run.stage
    if stage.root_base == "scratch":
        return True
    if _CLEANER.rpartition("/")[2].encode() not in stage.model.data:
        return False
    return any(
        each.covers(_CLEANER) and each.by.span.start < command.run.instruction.span.start
        for each in stage.effects_of_lineage
        if each.kind in (EffectKind.DELETE, EffectKind.MOVE)
    )
