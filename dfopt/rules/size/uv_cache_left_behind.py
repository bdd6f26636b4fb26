"""The rule `uv-cache-left-behind`."""

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.shared.manager_caches import BUILDING, CacheLeftBehind, last_verb_word

_FETCHES_NO_PACKAGES = ("python install", "build", "init")


class UvCacheLeftBehind(CacheLeftBehind):
    """uv's cache stays in the image.

    ## What it does

    Reports installations with uv that keep its cache, in the stages that the final image is made of: there is no
    `--no-cache`, no `UV_NO_CACHE`, no mount on the cache's folder, and the RUN does not remove it.

    ## Why is this bad

    uv shares files between its cache and the environment by hard links, where the file system allows it, and then
    only what it built and what it knows of the index is there in vain. With `UV_LINK_MODE=copy`, and once a later
    layer changes the owner of the environment, each package ships twice. No price is stated, for it depends on all
    this.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir uv && uv pip install --system flask
    ```

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir uv && uv pip install --no-cache --system flask
    ```

    ## Fix safety

    Safe: with `--no-cache` uv uses a folder that it removes at the end; the same packages are installed in the same
    places. There is no fix in files that ask uv to work offline.
    """

    id = "uv-cache-left-behind"
    severity = Severity.INFO
    help = "add --no-cache, set UV_NO_CACHE=1, or mount a cache on ~/.cache/uv"
    fix_safety = Safety.SAFE
    managers = ("uv",)
    fills = BUILDING
    reports_each = True

    def leaves_cache(self, command: PackageCommand) -> bool:
        return command.verb not in _FETCHES_NO_PACKAGES and super().leaves_cache(command)

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        word = last_verb_word(command)
        if word is None or b"offline" in model.data.lower():
            return None
        return Fix(Safety.SAFE, "add --no-cache", insert_word_after(command.command, word, "--no-cache"))
