"""The rule `poetry-cache-left-behind`."""

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import CacheLeftBehind, clean_after

_FOLDER = "~/.cache/pypoetry"
_VARIABLE = "POETRY_CACHE_DIR"


class PoetryCacheLeftBehind(CacheLeftBehind):
    """poetry's cache of downloads stays in the image.

    ## What it does

    Reports RUNs that install with poetry and leave its cache, in the stages that the final image is made of. A mount on
    `~/.cache/pypoetry` keeps it out of the layer as well.

    ## Why is this bad

    The cache has each package a second time, compressed, beside what poetry knows of the index. No price is stated, for
    it depends on the packages.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    COPY pyproject.toml poetry.lock ./
    RUN poetry install --only main
    ```

    ```dockerfile
    FROM python:3.13-slim
    COPY pyproject.toml poetry.lock ./
    RUN poetry install --only main && rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache
    ```

    ## Fix safety

    Safe: of poetry's folder only the downloads (`artifacts`) and the index (`cache`) are removed, of any version of
    poetry; the virtual environments, which lie beside them, stay.
    """

    id = "poetry-cache-left-behind"
    help = "remove `artifacts` and `cache` of poetry's folder in the same RUN, or mount a cache there"
    fix_safety = Safety.SAFE
    managers = ("poetry",)

    def leaves_cache(self, command: PackageCommand) -> bool:
        return not command.has_option("--only-root") and super().leaves_cache(command)

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        variables = command.command.variables
        folder = f'"${_VARIABLE}"' if variables.get(_VARIABLE) else _FOLDER
        text = f"rm -rf {folder}/artifacts {folder}/cache"
        return clean_after(command.command, text, "remove poetry's downloads behind it", Safety.SAFE)
