"""The rule `apk-cache-left-behind`."""

from collections.abc import Iterator

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import leftovers, ships


class ApkCacheLeftBehind(Rule):
    """The package index of apk stays in the image.

    ## What it does

    Reports `apk add` and `apk upgrade` without `--no-cache`, in the stages that the final image is made of, where no
    mount on `/var/cache/apk` keeps the index out of the layer and the RUN does not remove it.

    ## Why is this bad

    The index is some 2 MB that nothing reads at run time: a quarter of a whole Alpine image.

    ## Example

    ```dockerfile
    FROM alpine:3.21
    RUN apk add --update curl
    ```

    ```dockerfile
    FROM alpine:3.21
    RUN apk add --no-cache curl
    ```

    ## Fix safety

    Safe: with `--no-cache` apk fetches the index, installs the same packages and does not keep the index. An `apk
    update` in front stays, and is of no use any more.
    """

    id = "apk-cache-left-behind"
    aliases = ("DL3019",)
    help = "add --no-cache and leave `apk update` out"
    fix_safety = Safety.SAFE
    managers = ("apk",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.action not in (PackageAction.INSTALL, PackageAction.UPGRADE) or not ships(command.run.stage):
            return
        word = command.verb_word
        if not leftovers(command):
            return
        fix = (
            Fix(Safety.SAFE, "add --no-cache", insert_word_after(command.command, word, "--no-cache")) if word else None
        )
        yield Finding(command, f"apk {command.verb} leaves the package index in the layer", fix=fix)
