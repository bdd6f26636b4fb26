"""The rule `user-by-name`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import User


class UserByName(Rule):
    """The image says by name, not by number, as whom its program runs.

    ## What it does

    Reports the USER that is in force at the end of the final image where it is a name other than root. A USER of
    another stage, or one that a later USER replaces, is seen by nobody, and one that is a variable may be a number.

    ## Why is this bad

    Only what is inside the image can tell the number of a name. Kubernetes refuses to start a name under
    `runAsNonRoot`, as the name might stand for root, and files of volumes have numbers only.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN useradd --uid 10001 app
    USER app
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN useradd --uid 10001 app
    USER 10001
    ```
    """

    id = "user-by-name"
    aliases = ("DL3066",)
    severity = Severity.INFO
    help = "give the user a number, `useradd --uid 10001`, and name that: USER 10001"
    instructions = (User,)

    def check_file(self, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        user = final.config.user if final else None
        if final is None or not user or "$" in user or final.is_windows:
            return
        name = user.partition(":")[0]
        if not name.isdecimal() and name != "root":
            last = next(each.instructions_of(User)[-1] for each in final.lineage if each.instructions_of(User))
            yield Finding(last, f"what number the user {name} has is not told by the image")
