"""The rule `entrypoint-ignores-cmd`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Cmd, Entrypoint, ShellForm

_READS_ARGUMENTS = re.compile(r"\$(?:[@*0-9]|\{[@*0-9])")


class EntrypointIgnoresCmd(Rule):
    """CMD has no effect because ENTRYPOINT is in shell form.

    ## What it does

    Reports the CMD that is in force beside an ENTRYPOINT in shell form, in a stage that sets one of the two. An
    ENTRYPOINT that reads its arguments (`$@`) is left alone.

    ## Why is this bad

    What CMD and `docker run IMAGE …` say becomes the arguments of the shell, not of the script. They are lost.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ENTRYPOINT app --verbose
    CMD ["serve"]
    ```

    ```dockerfile
    FROM debian:12-slim
    ENTRYPOINT ["app", "--verbose"]
    CMD ["serve"]
    ```
    """

    id = "entrypoint-ignores-cmd"
    help = "write ENTRYPOINT in exec form, or remove CMD"
    instructions = (Entrypoint,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        own = (*stage.instructions_of(Entrypoint), *stage.instructions_of(Cmd))
        if not own or not stage.config.cmd:
            return
        entrypoint, cmd = _last(stage, Entrypoint), _last(stage, Cmd)
        if entrypoint is None or cmd is None or not isinstance(entrypoint.command, ShellForm):
            return
        script = entrypoint.command.script
        if not _READS_ARGUMENTS.search(script.text) and not script.text.startswith("["):
            line = entrypoint.span.start.line
            at = cmd if cmd in own else entrypoint
            yield Finding(at, f"the ENTRYPOINT of line {line} is in shell form, so that CMD has no effect")


def _last(stage: Stage, kind: type[Entrypoint] | type[Cmd]) -> Entrypoint | Cmd | None:
    found = [each.instructions_of(kind)[-1] for each in stage.lineage if each.instructions_of(kind)]
    return found[0] if found else None
