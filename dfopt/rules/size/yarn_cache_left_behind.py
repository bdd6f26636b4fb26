"""The rule `yarn-cache-left-behind`."""

from collections.abc import Iterator

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.chains import append, privilege
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import leftovers, ships

_FILLS = (PackageAction.INSTALL, PackageAction.UPGRADE)
_BERRY = (b"corepack", b".yarnrc.yml", b".yarn/", b"berry", b"set version", b"yarn@2", b"yarn@3", b"yarn@4", b"/.yarn")


class YarnCacheLeftBehind(Rule):
    """yarn's cache of downloads stays in the image.

    ## What it does

    Reports RUNs that install with yarn and do not clean its cache afterwards, in the stages that the final image is
    made of. A mount on the cache's folder keeps it out of the layer as well.

    ## Why is this bad

    The cache has each package a second time, unpacked: it is about as large as `node_modules`, and nothing reads it.

    ## Example

    ```dockerfile
    FROM node:22-slim
    RUN yarn install --frozen-lockfile
    ```

    ```dockerfile
    FROM node:22-slim
    RUN yarn install --frozen-lockfile && yarn cache clean
    ```

    ## Fix safety

    Safe with yarn 1, which the images of Node.js have: it copies from the cache, and does not need it any more. Newer
    ones may run from the cache itself (Plug'n'Play), so the fix is unsafe where the file has signs of one, or copies a
    whole folder that may have them.
    """

    id = "yarn-cache-left-behind"
    aliases = ("DL3060",)
    severity = Severity.INFO
    help = "end the RUN with `yarn cache clean`, or mount a cache on yarn's cache folder"
    fix_safety = Safety.UNSAFE
    managers = ("yarn",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.action not in _FILLS or not ships(command.run.stage) or not leftovers(command):
            return
        fillers = [each for each in command.run.package_commands if each.manager == "yarn" and each.action in _FILLS]
        if command is fillers[-1]:
            yield Finding(command, f"{_name(command)} leaves its cache in the layer", fix=_fix(command, model))


def _name(command: PackageCommand) -> str:
    return f"{command.tool} {command.verb}".strip()


def _fix(command: PackageCommand, model: Model) -> Fix | None:
    if not command.run.scripts:
        return None
    edits = append(command.run.scripts[0], f"{privilege(command.command)}{command.tool} cache clean")
    safety = Safety.UNSAFE if _may_be_berry(command, model) else Safety.SAFE
    return Fix(safety, "run yarn cache clean at the end of the RUN", edits) if edits else None


def _may_be_berry(command: PackageCommand, model: Model) -> bool:
    if any(sign in model.data for sign in _BERRY):
        return True
    if model.context and (model.context.exists(".yarnrc.yml") or model.context.exists(".yarn")):
        return True
    return any(source.text.rstrip("/") in (".", "") for copy in command.run.stage.copies for source in copy.sources)
