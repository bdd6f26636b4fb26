"""The rule `unterminated-heredoc`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Problem


class UnterminatedHeredoc(Rule):
    """A here-document has no end.

    ## What it does

    Reports each instruction that names a here-document whose last line never comes.

    ## Why is this bad

    The rest of the file is taken for the body of the here-document, and the build fails.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN <<EOF
    true
    CMD ["true"]
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN <<EOF
    true
    EOF
    CMD ["true"]
    ```
    """

    id = "unterminated-heredoc"
    severity = Severity.ERROR
    help = "end the here-document with a line that holds its name and nothing else"
    problems = ("unterminated-heredoc",)

    def check_problem(self, problem: Problem, model: Model) -> Iterator[Finding]:
        yield Finding(problem.span, problem.message)
