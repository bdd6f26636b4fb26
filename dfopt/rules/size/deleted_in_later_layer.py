"""The rule `deleted-in-later-layer`."""

from collections.abc import Iterator

from dfopt.model.effects import EffectKind, Rewrite
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Run


class DeletedInLaterLayer(Rule):
    """Files that one layer brings are deleted in a later one.

    ## What it does

    Reports commands that delete or move away what an earlier instruction of the same image wrote: an archive that an
    ADD or another RUN brought, a source tree, a cache.

    ## Why is this bad

    A layer can only add. The deletion hides the files, and the layer below ships them all the same: the image becomes
    larger, not smaller.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    COPY app.tar.gz /tmp/app.tar.gz
    RUN tar -xzf /tmp/app.tar.gz -C /opt && rm /tmp/app.tar.gz
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN --mount=type=bind,source=app.tar.gz,target=/tmp/app.tar.gz tar -xzf /tmp/app.tar.gz -C /opt
    ```
    """

    id = "deleted-in-later-layer"
    help = "delete in the RUN that writes, use `RUN --mount=type=bind`, or write in another stage and copy what stays"
    instructions = (Run,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        if final is None or stage is not final:
            return
        reported = set()
        for rewrite in final.rewrites_of_lineage:
            command = rewrite.later.command
            if command and command not in reported and _is_certain(rewrite):
                reported.add(command)
                line = rewrite.earlier.by.span.start.line
                yield Finding(
                    command, f"{rewrite.earlier.path} is hidden, not gone: the layer of line {line} still has it"
                )


def _is_certain(rewrite: Rewrite) -> bool:
    earlier, later = rewrite.earlier, rewrite.later
    return (
        later.kind in (EffectKind.DELETE, EffectKind.MOVE)
        and earlier.certain
        and later.certain
        and later.covers(earlier.path)
    )
