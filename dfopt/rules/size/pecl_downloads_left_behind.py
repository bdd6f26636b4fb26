"""The rule `pecl-downloads-left-behind`."""

from collections.abc import Iterator

from dfopt.model.effects import EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.paths import is_below
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.manager_caches import clean_after

_FOLDER = "/tmp/pear"  # noqa: S108


class PeclDownloadsLeftBehind(Rule):
    """The sources of PHP extensions stay in the image.

    ## What it does

    Reports RUNs with `pecl install` that leave `/tmp/pear`, in the stages that the final image is made of. A mount on
    `/tmp` keeps it out of the layer as well.

    ## Why is this bad

    pecl leaves the archive and what it learned of the channel there; the extension is installed elsewhere. No price is
    stated, for it depends on the extensions.

    ## Example

    ```dockerfile
    FROM php:8.4-fpm
    RUN pecl install redis-6.1.0 && docker-php-ext-enable redis
    ```

    ```dockerfile
    FROM php:8.4-fpm
    RUN pecl install redis-6.1.0 && rm -rf /tmp/pear && docker-php-ext-enable redis
    ```

    ## Fix safety

    Safe: the folder has downloads and temporary files only, and pecl makes it anew where it needs it.
    """

    id = "pecl-downloads-left-behind"
    severity = Severity.INFO
    help = f"end with `rm -rf {_FOLDER}` in the same RUN"
    fix_safety = Safety.SAFE
    commands = ("pecl",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        installs = [each for each in command.run.commands_named("pecl") if _installs(each)]
        if not ships(command.run.stage) or command not in installs[-1:] or command.run.mount_over(_FOLDER):
            return
        if not _is_removed(command):
            fix: Fix | None = clean_after(command, f"rm -rf {_FOLDER}", f"remove {_FOLDER} behind it", Safety.SAFE)
            yield Finding(command, f"pecl install leaves its downloads in {_FOLDER}", fix=fix)


def _installs(command: Invocation) -> bool:
    return bool(command.operands) and command.operands[0].value in ("install", "upgrade")


def _is_removed(command: Invocation) -> bool:
    return any(
        each.covers(_FOLDER) or is_below(each.path, _FOLDER)
        for each in command.run.effects
        if each.kind is EffectKind.DELETE and each.command and each.command.start > command.start
    )
