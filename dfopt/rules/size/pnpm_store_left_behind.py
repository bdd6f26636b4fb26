"""The rule `pnpm-store-left-behind`."""

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.shared.manager_caches import CacheLeftBehind, clean_after, spoken


class PnpmStoreLeftBehind(CacheLeftBehind):
    """pnpm's store stays in the image.

    ## What it does

    Reports RUNs that install with pnpm and leave its store, in the stages that the final image is made of. A mount on
    the store's folder keeps it out of the layer as well.

    ## Why is this bad

    `node_modules` shares its files with the store by hard links, where the file system allows it, and then the store
    costs little. On file systems with copy-on-write pnpm clones instead, and a layer has both copies; and a later layer
    that changes the owner of `node_modules` separates the two anywhere. No price is stated, for it depends on all this.

    ## Example

    ```dockerfile
    FROM node:22-slim
    COPY package.json pnpm-lock.yaml ./
    RUN pnpm install --prod --frozen-lockfile
    ```

    ```dockerfile
    FROM node:22-slim
    COPY package.json pnpm-lock.yaml ./
    RUN --mount=type=cache,target=/root/.local/share/pnpm/store pnpm install --prod --frozen-lockfile
    ```

    ## Fix safety

    Safe: `node_modules` keeps its files when the store's names of them go, and a later `pnpm install` fetches what it
    needs. There is no fix in files that ask pnpm to work offline.
    """

    id = "pnpm-store-left-behind"
    severity = Severity.INFO
    help = "mount a cache on pnpm's store, or remove the store in the RUN that installs"
    fix_safety = Safety.SAFE
    managers = ("pnpm",)

    def message(self, command: PackageCommand) -> str:
        return f"{spoken(command)} leaves its store in the layer"

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        if b"offline" in model.data or command.has_option("--store-dir"):
            return None
        text = f'rm -rf "$({command.command.words[0].text} store path)"'
        return clean_after(command.command, text, "remove the store behind it", Safety.SAFE)
