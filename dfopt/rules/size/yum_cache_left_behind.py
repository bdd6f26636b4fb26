"""The rule `yum-cache-left-behind`."""

from collections.abc import Iterator

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.chains import append, privilege
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import leftovers, ships

_FILLS = (PackageAction.INSTALL, PackageAction.UPDATE, PackageAction.UPGRADE)
_MOVES_THINGS = ("--installroot", "--disablerepo", "--enablerepo", "--repo", "--repoid", "-c", "--config")


class YumCacheLeftBehind(Rule):
    """The cache of yum, dnf or microdnf stays in the image.

    ## What it does

    Reports each RUN that installs with yum, dnf, microdnf or tdnf and does not clean their cache afterwards, in the
    stages that the final image is made of. A mount on the cache's folder keeps it out of the layer as well.

    ## Why is this bad

    The metadata of the repositories alone are 20 to 200 MB that nothing reads at run time.

    ## Example

    ```dockerfile
    FROM fedora:41
    RUN dnf install -y nginx
    ```

    ```dockerfile
    FROM fedora:41
    RUN dnf install -y nginx && dnf clean all
    ```

    ## Fix safety

    Safe: the cache is emptied when all commands of the RUN have succeeded; what a later RUN needs of it is fetched
    again. There is no fix where a command says which repositories or which root it means: cleaning would have to say
    the same.
    """

    id = "yum-cache-left-behind"
    aliases = ("DL3032", "DL3040")
    help = "end the RUN with `clean all` of the same program"
    fix_safety = Safety.SAFE
    managers = ("dnf",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.action not in _FILLS or not ships(command.run.stage) or command.has_option("--installroot"):
            return
        fillers = [each for each in command.run.package_commands if each.manager == "dnf" and each.action in _FILLS]
        if command is fillers[-1] and leftovers(command):
            yield Finding(command, f"{command.tool} leaves its cache in the layer", fix=_fix(command, fillers))


def _fix(command: PackageCommand, fillers: list[PackageCommand]) -> Fix | None:
    if not command.run.scripts or any(each.has_option(*_MOVES_THINGS) for each in fillers):
        return None
    tools = dict.fromkeys(each.tool for each in fillers)
    cleaning = " && ".join(f"{privilege(command.command)}{tool} clean all" for tool in tools)
    edits = append(command.run.scripts[0], cleaning)
    return Fix(Safety.SAFE, f"run {' and '.join(tools)} clean all at the end of the RUN", edits) if edits else None
