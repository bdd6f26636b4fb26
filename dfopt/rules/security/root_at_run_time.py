"""The rule `root-at-run-time`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import User


class RootAtRunTime(Rule):
    """The last USER of the image is root.

    ## What it does

    Reports the USER that is in force at the end of the final image where it is root, by name or by number. Stages that
    only lend files to the image are left alone: nothing of them runs in a container.

    ## Why is this bad

    Whoever gets hold of the program is root in the container: may change its files, install packages, and is root on
    the machine too, should there be a way out.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    USER root
    CMD ["app"]
    ```

    ```dockerfile
    FROM debian:12-slim
    USER 65532
    CMD ["app"]
    ```
    """

    id = "root-at-run-time"
    aliases = ("DL3002",)
    help = "switch to a user that is not root when all is installed"
    instructions = (User,)

    def check_file(self, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        if final is None or final.config.user is None or not final.config.runs_as_root:
            return
        last = next(each.instructions_of(User)[-1] for each in final.lineage if each.instructions_of(User))
        yield Finding(last, "the program of the image runs as root")
