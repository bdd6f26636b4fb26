"""The rule `archive-left-behind`."""

from collections.abc import Iterator

from dfopt.model.effects import Effect, EffectKind
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.downloaded import FETCHERS, delete_after, takes_away
from dfopt.rules.shared.leftovers import ships


class ArchiveLeftBehind(Rule):
    r"""A downloaded archive stays in the image beside what was in it.

    ## What it does

    Reports archives that `curl` or `wget` fetch, that `tar` or `unzip` unpack, and that nothing deletes, in the stages
    that the final image is made of.

    ## Why is this bad

    The archive is of no use any more. No price is stated, for the Dockerfile does not tell its size.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSLo /tmp/app.tar.gz https://example.com/app.tar.gz \
        && tar -xzf /tmp/app.tar.gz -C /opt
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSLo /tmp/app.tar.gz https://example.com/app.tar.gz \
        && tar -xzf /tmp/app.tar.gz -C /opt \
        && rm /tmp/app.tar.gz
    ```

    ## Fix safety

    Safe: the archive is deleted when it has been unpacked, in the RUN that fetched it, and nothing behind that names it
    again. There is no fix where its path is not known, or where another RUN unpacks it: then fetch and unpack in one.
    """

    id = "archive-left-behind"
    help = "delete the archive in the RUN that fetches and unpacks it, or pipe the download into tar"
    fix_safety = Safety.SAFE
    commands = FETCHERS

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if not ships(stage) or not any(run.commands_named(*FETCHERS) for run in stage.runs):
            return
        effects = stage.effects
        for fetched in effects:
            if fetched.kind is EffectKind.CREATE and fetched.command and fetched.command.program in FETCHERS:
                unpacked = next((each for each in effects if _unpacks(each, fetched)), None)
                if unpacked and not any(takes_away(each, fetched) for each in effects):
                    yield Finding(
                        fetched.command,
                        f"{fetched.path} stays in the layer beside what was in it",
                        fix=_fix(fetched, unpacked, model),
                    )


def _unpacks(effect: Effect, fetched: Effect) -> bool:
    if effect.kind is not EffectKind.CREATE or effect.source != fetched.path or effect.command is None:
        return False
    return effect.recursive and effect.command.start > (fetched.command.start if fetched.command else 0)


def _fix(fetched: Effect, unpacked: Effect, model: Model) -> Fix | None:
    if unpacked.command is None:
        return None
    return delete_after(fetched, unpacked.command, "delete the archive when it is unpacked", model)
