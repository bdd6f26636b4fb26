"""The rule `unknown-instruction`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Problem


class UnknownInstruction(Rule):
    """A line starts with a word that is no instruction.

    ## What it does

    Reports each instruction whose keyword the builder does not know: a misspelt one, or the rest of a command whose
    continuation was lost.

    ## Why is this bad

    The build fails before its first step.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RNU true
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN true
    ```
    """

    id = "unknown-instruction"
    severity = Severity.ERROR
    help = "spell the instruction as the builder knows it, or end the line above with the escape character"
    problems = ("unknown-instruction",)

    def check_problem(self, problem: Problem, model: Model) -> Iterator[Finding]:
        yield Finding(problem.span, problem.message)
