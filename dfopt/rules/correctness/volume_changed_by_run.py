"""The rule `volume-changed-by-run`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.paths import is_below, is_exact
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Run, Volume


class VolumeChangedByRun(Rule):
    """A RUN changes files below a path that is a volume already.

    ## What it does

    Reports the first command of each RUN that writes, changes or removes something below a VOLUME that an earlier line
    of the stage, or a local stage below it, has declared.

    ## Why is this bad

    Builders other than BuildKit throw away what a RUN does inside a volume. BuildKit keeps it, so the same file gives
    two images.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    VOLUME /var/lib/app
    RUN mkdir -p /var/lib/app/data
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN mkdir -p /var/lib/app/data
    VOLUME /var/lib/app
    ```
    """

    id = "volume-changed-by-run"
    help = "put VOLUME below the last RUN that changes what is in it"
    instructions = (Volume,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        met: set[int] = set()
        for effect in stage.effects:
            if not isinstance(effect.by, Run) or effect.command is None or id(effect.by) in met or not effect.certain:
                continue
            volumes = [each.rstrip("/") or "/" for each in stage.config_at(effect.by).volumes if is_exact(each)]
            volume = next((each for each in volumes if is_below(effect.path, each)), None)
            if volume:
                met.add(id(effect.by))
                yield Finding(effect.command, f"what this does below the volume {volume} is lost in some builders")
