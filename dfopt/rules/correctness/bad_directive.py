"""The rule `bad-directive`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Problem


class BadDirective(Rule):
    """A parser directive has a value that the builder refuses.

    ## What it does

    Reports a second directive of one name, and an `escape` that is neither the backslash nor the backtick.

    ## Why is this bad

    The build fails before its first step.

    ## Example

    ```dockerfile
    # escape=^
    FROM debian:12-slim
    ```

    ```dockerfile
    # escape=`
    FROM debian:12-slim
    ```
    """

    id = "bad-directive"
    severity = Severity.ERROR
    help = "keep one directive of each name, with a value that the builder knows"
    problems = ("bad-directive",)

    def check_problem(self, problem: Problem, model: Model) -> Iterator[Finding]:
        yield Finding(problem.span, problem.message)
