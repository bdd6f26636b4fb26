"""The rule `shell-in-final-image`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import identified


class ShellInFinalImage(Rule):
    """The final image has a shell and a package manager.

    ## What it does

    Reports the FROM below the final image where that base brings a shell or a package manager, as all distributions and
    most language images do.

    ## Why is this bad

    Whoever breaks into the program finds tools to look around, to download more and to install it. Most programs need
    neither: `dfopt slim` writes a final stage with only the program and what it needs. As that is more than the change
    of a line, the rule is off unless it is selected.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    COPY server /server
    ENTRYPOINT ["/server"]
    ```

    ```dockerfile
    FROM gcr.io/distroless/static-debian12
    COPY server /server
    ENTRYPOINT ["/server"]
    ```
    """

    id = "shell-in-final-image"
    severity = Severity.HINT
    help = "let `dfopt slim` write the final stage, or take a base without a shell (distroless, scratch)"
    default = False

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        if final is None or stage is not final.lineage[-1] or stage.external_base is None:
            return
        base = identified(stage.external_base)
        tools = [*base.shells[:1], *base.package_managers[:1]] if base else []
        if base and tools and not base.is_windows:
            yield Finding(stage.from_.image, f"the final image has {' and '.join(tools)}")
