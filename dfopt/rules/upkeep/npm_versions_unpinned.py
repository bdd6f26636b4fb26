"""The rule `npm-versions-unpinned`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.interpreters import node_of
from dfopt.rules.shared.pinning import bound_releases, name_releases
from dfopt.rules.shared.pins import is_bound, unpinned

_INSTALLS = ("install", "i", "add", "global add")
_MOVING = ("latest", "next", "canary", "nightly", "beta", "alpha")
_REPOSITORY = re.compile(r"(?:git(?:\+\w+)?|ssh)://|git@|(?:github|gitlab|bitbucket):|[\w-]+/[\w.-]+(?:#|\Z)")
_ANOTHER_REGISTRY = re.compile(r"registry|npmrc|npm_config_(?:tag|before)", re.IGNORECASE)
_ARCHIVES = (".tgz", ".tar.gz", ".tar")


class NpmVersionsUnpinned(Rule):
    """npm installs packages without a version.

    ## What it does

    Reports `npm install`, `yarn add`, `yarn global add` and `pnpm add` of packages without a version (`serve@14.2.4`),
    with one that moves (`serve@latest`), and of repositories without a commit or tag (`git+https://…#v1.2`).

    ## Why is this bad

    The same Dockerfile gives other images on other days, and a new major version breaks the build or, worse, the
    program.

    ## Example

    ```dockerfile
    FROM node:22-slim
    RUN npm install -g serve
    ```

    ```dockerfile
    FROM node:22-slim
    RUN npm install -g serve@14.2.4
    ```

    ## Fix safety

    Unsafe: what is installed stops moving at the date of dfopt's catalogue: fixes no longer come by themselves. There
    is none for packages of a project (without `--global`), whose `package.json` may decide, nor where another registry
    or tag is in play.

    `yarn@1.22.22` names the release that npm installs. The catalogue knows that of a few tools, such as npm, yarn and
    pm2. npm's registry keeps each release for good, unless its authors delete it early. That is what is tagged
    `latest`, but npm 10 and later pass over releases that are not made for the image's Node.js where no tag is given.
    On official images the fix names what that very version gets, where today's release is made for it. Elsewhere
    Node.js is not known, and the release is named where npm takes the same on all versions.

    Otherwise `"serve@<=14.2.7"` names the newest release, of much used packages. Without a version npm takes what is
    tagged `latest`, and so it does with a range that admits that; where it passes over that release it chooses among
    the others by the same rules. So the same is installed, for any npm and Node.js, and nothing newer from then on.
    """

    id = "npm-versions-unpinned"
    aliases = ("DL3016",)
    help = "give each package a version, `serve@14.2.4`"
    fix_safety = Safety.UNSAFE
    managers = ("npm", "yarn", "pnpm")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.verb in _INSTALLS:
            yield from unpinned(command, _is_pinned, _name_releases)


def _is_pinned(package: Package) -> bool:
    text = package.word.value
    if _REPOSITORY.match(text):
        return "#" in text
    if text.endswith(_ARCHIVES):
        return True
    return is_bound(package) and package.version not in _MOVING


def _name_releases(command: PackageCommand) -> Fix | None:
    from dfopt.knowledge.tool_releases import newest_on_npm, npm_release

    is_global = command.has_option("-g", "--global")
    if command.manager != "npm" or not is_global or command.has_option("--tag", "--before"):
        return None
    stage = command.run.stage
    if _ANOTHER_REGISTRY.search(stage.model.text):
        return None
    node = node_of(stage)

    def release(package: Package) -> str | None:
        return npm_release(package.name, node, tagged=package.version is not None)

    exact = name_releases(command.packages, "@", release)
    if exact or stage.is_windows:
        return exact
    return bound_releases(command, "@<=", _is_pinned, lambda package: newest_on_npm(package.name))
