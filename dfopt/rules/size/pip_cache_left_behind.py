"""The rule `pip-cache-left-behind`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import leftovers, ships


class PipCacheLeftBehind(Rule):
    """The cache of pip stays in the image.

    ## What it does

    Reports `pip install` that keeps what it downloads and builds, in the stages that the final image is made of: there
    is no `--no-cache-dir`, no `PIP_NO_CACHE_DIR`, no mount on the cache's folder, and the RUN does not remove it.

    ## Why is this bad

    The cache has a second copy of every package, compressed, for an installation that will never be repeated in this
    image.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install flask==3.1.0
    ```

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir flask==3.1.0
    ```

    ## Fix safety

    Safe: the same packages are installed in the same places; only the copies in the cache are not written.
    """

    id = "pip-cache-left-behind"
    aliases = ("DL3042",)
    help = "add --no-cache-dir, or mount a cache on pip's cache folder"
    fix_safety = Safety.SAFE
    managers = ("pip",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.is_install or not ships(command.run.stage) or not leftovers(command):
            return
        word = command.verb_word
        fix = (
            Fix(Safety.SAFE, "add --no-cache-dir", insert_word_after(command.command, word, "--no-cache-dir"))
            if word
            else None
        )
        yield Finding(command, f"{command.tool} install leaves its cache in the layer", fix=fix)
