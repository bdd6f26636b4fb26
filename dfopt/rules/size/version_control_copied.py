"""The rule `version-control-copied`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.picked_up import picked_up
from dfopt.syntax.nodes import Add, Copy

_FOLDERS = (".git", ".hg", ".svn", ".bzr")


class VersionControlCopied(Rule):
    """The history of the sources is copied into the image.

    ## What it does

    Reports COPY and ADD of `.git`, `.hg`, `.svn` or `.bzr` in the stages that the final image is made of: by name,
    or with the whole build context where the context is known, has it, and no `.dockerignore` leaves it out.

    ## Why is this bad

    The history is often larger than the program, it changes with each commit, so that the layer is never found in the
    cache, and it has all that was ever committed, deleted secrets among it. No price is stated, for it is that of the
    repository.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    COPY .git /app/.git
    ```

    ```dockerfile
    FROM debian:12-slim
    ARG REVISION
    LABEL org.opencontainers.image.revision=$REVISION
    ```
    """

    id = "version-control-copied"
    help = (
        "put it into .dockerignore; hand the revision in by --build-arg, or mount: RUN --mount=type=bind,source=.git,…"
    )
    instructions = (Copy, Add)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for source, name in picked_up(stage, model, _FOLDERS):
            yield Finding(source.word, f"{name}, the history of the sources, is copied into the image")
