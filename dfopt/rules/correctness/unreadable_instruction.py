"""The rule `unreadable-instruction`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Problem


class UnreadableInstruction(Rule):
    """An instruction's arguments are not of its form.

    ## What it does

    Reports each instruction that the builder knows and whose arguments it can't read: a COPY without a destination, a
    LABEL without a value, a SHELL that is no JSON array.

    ## Why is this bad

    The build fails before its first step.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    COPY app
    ```

    ```dockerfile
    FROM debian:12-slim
    COPY app /usr/local/bin/
    ```
    """

    id = "unreadable-instruction"
    severity = Severity.ERROR
    help = "write the arguments in the form that the message names"
    problems = ("unreadable-instruction",)

    def check_problem(self, problem: Problem, model: Model) -> Iterator[Finding]:
        yield Finding(problem.span, problem.message)
