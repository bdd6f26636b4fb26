"""The rule `no-instructions`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Problem


class NoInstructions(Rule):
    """A file has no instructions.

    ## What it does

    Reports files that are empty or have nothing but comments.

    ## Why is this bad

    There is nothing to build: the builder refuses the file.

    ## Example

    ```dockerfile
    # to be written
    ```

    ```dockerfile
    FROM scratch
    ```
    """

    id = "no-instructions"
    severity = Severity.ERROR
    help = "begin with a FROM, or remove the file"
    problems = ("no-instructions",)

    def check_problem(self, problem: Problem, model: Model) -> Iterator[Finding]:
        yield Finding(problem.span, problem.message)
