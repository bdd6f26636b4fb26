"""The rule `duplicate-stage-name`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import From


class DuplicateStageName(Rule):
    """Two stages have the same name.

    ## What it does

    Reports each stage whose name an earlier one has, whatever the case of the letters.

    ## Why is this bad

    What names the stage gets another one of the two, depending on where it stands, and `--target` can choose only one.

    ## Example

    ```dockerfile
    FROM golang:1.24 AS build
    FROM node:22 AS build
    ```

    ```dockerfile
    FROM golang:1.24 AS build-server
    FROM node:22 AS build-pages
    ```
    """

    id = "duplicate-stage-name"
    aliases = ("DL3024", "DuplicateStageName")
    severity = Severity.ERROR
    help = "give each stage a name of its own"
    instructions = (From,)

    def check_file(self, model: Model) -> Iterator[Finding]:
        lines: dict[str, int] = {}
        for stage in model.stages:
            token = stage.from_.stage
            if token is None:
                continue
            line = lines.setdefault(token.value.lower(), token.span.start.line)
            if line != token.span.start.line:
                yield Finding(token, f"the stage of line {line} is called {token.value} too")
