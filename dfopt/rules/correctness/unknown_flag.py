"""The rule `unknown-flag`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Problem


class UnknownFlag(Rule):
    """An instruction has a flag that the builder does not know.

    ## What it does

    Reports flags that the newest stable frontend of BuildKit has for no instruction of that kind.

    ## Why is this bad

    The build fails, unless a `# syntax=` directive names a frontend that knows the flag.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    COPY --chwon=www-data app /srv/app
    ```

    ```dockerfile
    FROM debian:12-slim
    COPY --chown=www-data app /srv/app
    ```
    """

    id = "unknown-flag"
    severity = Severity.WARNING
    help = "spell the flag as the builder knows it, or name the frontend that has it in a `# syntax=` directive"
    problems = ("unknown-flag",)

    def check_problem(self, problem: Problem, model: Model) -> Iterator[Finding]:
        yield Finding(problem.span, problem.message)
