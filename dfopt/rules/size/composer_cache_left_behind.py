"""The rule `composer-cache-left-behind`."""

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import CacheLeftBehind, clean_after

_NOWHERE = "/dev/null"


class ComposerCacheLeftBehind(CacheLeftBehind):
    """Composer's cache of downloads stays in the image.

    ## What it does

    Reports RUNs that install with composer and leave its cache, in the stages that the final image is made of: there is
    no `--no-cache`, no mount on the cache's folder, and the RUN does not clear it.

    ## Why is this bad

    The cache has each package a second time, as an archive, beside what composer knows of the repositories. No price is
    stated, for it depends on the packages.

    ## Example

    ```dockerfile
    FROM php:8.4-cli
    COPY composer.json composer.lock ./
    RUN composer install --no-dev
    ```

    ```dockerfile
    FROM php:8.4-cli
    COPY composer.json composer.lock ./
    RUN composer install --no-dev && composer clear-cache
    ```

    ## Fix safety

    Safe: `vendor` has copies of what is in the cache, and a later `composer install` fetches what it needs.
    """

    id = "composer-cache-left-behind"
    help = "run `composer clear-cache` behind the installation, or add --no-cache"
    fix_safety = Safety.SAFE
    managers = ("composer",)

    def leaves_cache(self, command: PackageCommand) -> bool:
        moved = command.command.variables.get("COMPOSER_CACHE_DIR")
        return moved != _NOWHERE and "self" not in command.verb and super().leaves_cache(command)

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        text = f"{command.command.words[0].text} clear-cache"
        return clean_after(command.command, text, "run composer clear-cache behind it", Safety.SAFE)
