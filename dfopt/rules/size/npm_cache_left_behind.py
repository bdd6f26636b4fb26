"""The rule `npm-cache-left-behind`."""

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import CacheLeftBehind, clean_after


class NpmCacheLeftBehind(CacheLeftBehind):
    """npm's cache of downloads stays in the image.

    ## What it does

    Reports RUNs that install with npm and leave its cache, in the stages that the final image is made of. A mount on
    `~/.npm` keeps it out of the layer as well.

    ## Why is this bad

    The cache has each package a second time, compressed, for an installation that will never be repeated in this image.
    No price is stated, for it depends on the packages; `npm install express` left 5.3 MB, and `npm install typescript
    eslint webpack` 61 MB.

    ## Example

    ```dockerfile
    FROM node:22-slim
    COPY package.json package-lock.json ./
    RUN npm ci --omit=dev
    ```

    ```dockerfile
    FROM node:22-slim
    COPY package.json package-lock.json ./
    RUN npm ci --omit=dev && npm cache clean --force
    ```

    ## Fix safety

    Safe: `node_modules` has copies of what is in the cache, and a later `npm install` fetches what it needs. There is
    no fix in files that ask npm to work offline.
    """

    id = "npm-cache-left-behind"
    help = "run `npm cache clean --force` behind the installation, or mount a cache on ~/.npm"
    fix_safety = Safety.SAFE
    managers = ("npm",)

    def leaves_cache(self, command: PackageCommand) -> bool:
        return command.verb not in ("link", "ln") and super().leaves_cache(command)

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        if b"offline" in model.data or command.has_option("--cache"):
            return None
        text = f"{command.command.words[0].text} cache clean --force"
        return clean_after(command.command, text, "run npm cache clean behind it", Safety.SAFE)
