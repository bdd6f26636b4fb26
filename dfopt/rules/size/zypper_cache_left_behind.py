"""The rule `zypper-cache-left-behind`."""

from collections.abc import Iterator

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.chains import append, privilege
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import leftovers, ships

_FILLS = (PackageAction.INSTALL, PackageAction.UPDATE, PackageAction.UPGRADE)
_MOVES_THINGS = ("--root", "-R", "--installroot", "--cache-dir", "-C", "--config", "-c")


class ZypperCacheLeftBehind(Rule):
    """zypper's cache of metadata and packages stays in the image.

    ## What it does

    Reports RUNs that install with zypper and do not clean its cache afterwards, in the stages that the final image is
    made of. A mount on `/var/cache/zypp` keeps it out of the layer as well.

    ## Why is this bad

    The metadata of the repositories are tens of megabytes that nothing reads at run time.

    ## Example

    ```dockerfile
    FROM opensuse/leap:15.6
    RUN zypper --non-interactive install curl=8.6.0
    ```

    ```dockerfile
    FROM opensuse/leap:15.6
    RUN zypper --non-interactive install curl=8.6.0 && zypper clean --all
    ```

    ## Fix safety

    Safe: the cache is emptied when all commands of the RUN have succeeded; what a later RUN needs of it is fetched
    again. There is no fix where a command says which root or cache it means.
    """

    id = "zypper-cache-left-behind"
    aliases = ("DL3036",)
    help = "end the RUN with `zypper clean --all`"
    fix_safety = Safety.SAFE
    managers = ("zypper",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.action not in _FILLS or not ships(command.run.stage) or not leftovers(command):
            return
        fillers = [each for each in command.run.package_commands if each.manager == "zypper" and each.action in _FILLS]
        if command is fillers[-1]:
            yield Finding(command, f"zypper {command.verb} leaves its cache in the layer", fix=_fix(command))


def _fix(command: PackageCommand) -> Fix | None:
    if not command.run.scripts or command.has_option(*_MOVES_THINGS):
        return None
    edits = append(command.run.scripts[0], f"{privilege(command.command)}zypper clean --all")
    return Fix(Safety.SAFE, "run zypper clean at the end of the RUN", edits) if edits else None
