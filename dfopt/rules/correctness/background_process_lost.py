"""The rule `background-process-lost`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.commands import Context
from dfopt.syntax.nodes import Run, ShellForm

_OTHER_ENDS = ("&&", ">&", "|&")


class BackgroundProcessLost(Rule):
    """A RUN ends while a process of it runs in the background.

    ## What it does

    Reports RUNs whose script ends with `&`.

    ## Why is this bad

    All processes of a RUN are killed when it ends. What the command was to do is done in part or not at all, and the
    build goes on either way.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN mysqld_safe &
    RUN mysql -e 'CREATE DATABASE app'
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN mysqld_safe & mysqladmin --wait=30 ping && mysql -e 'CREATE DATABASE app'
    ```
    """

    id = "background-process-lost"
    help = "wait for it, use it in the same RUN, or start it by CMD"
    instructions = (Run,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for run in stage.runs:
            form = run.instruction.command
            if not isinstance(form, ShellForm) or not _ends_in_background(form.script.text):
                continue
            last = next((each for each in reversed(run.commands) if Context.BACKGROUND in each.context), None)
            if last is not None and last.program:
                yield Finding(last, f"{last.program} runs in the background, and is killed at the end of this RUN")


def _ends_in_background(script: str) -> bool:
    end = script.rstrip()
    return end.endswith("&") and not end.endswith(_OTHER_ENDS)
