"""The rule `stage-name-casing`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.editing import Edits
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.stage_names import rename
from dfopt.syntax.nodes import From


class StageNameCasing(Rule):
    """The name of a stage has capital letters.

    ## What it does

    Reports stages whose name is not all in small letters.

    ## Why is this bad

    The builder takes names of stages and images without regard to case, people and other tools do not: `Build` and
    `build` are one stage, and look like two.

    ## Example

    ```dockerfile
    FROM golang:1.24 AS Build
    FROM scratch
    COPY --from=Build /app /app
    ```

    ```dockerfile
    FROM golang:1.24 AS build
    FROM scratch
    COPY --from=build /app /app
    ```

    ## Fix safety

    Safe: the builder compares the names of stages, `--target` included, without regard to case. What names the stage in
    this file is written in small letters too.
    """

    id = "stage-name-casing"
    aliases = ("StageNameCasing",)
    severity = Severity.HINT
    help = "write the name in small letters"
    fix_safety = Safety.SAFE
    instructions = (From,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        name = stage.name
        if name is None or name == name.lower() or stage.from_.stage is None:
            return
        fix = Fix(Safety.SAFE, f"call it {name.lower()}", edits) if (edits := _lowered(stage)) else None
        yield Finding(stage.from_.stage, f"the stage {name} has capitals in its name", fix=fix)


def _lowered(stage: Stage) -> Edits | None:
    name = stage.name or ""
    others = [each for each in stage.model.stages if each is not stage and each.name]
    if any(other.name and other.name.lower() == name.lower() for other in others):
        return None
    return rename(stage, name.lower())
