"""The rule `copy-of-ignored-file`."""

from collections.abc import Iterator

from dfopt.model.context import Context
from dfopt.model.copies import Source, SourceKind
from dfopt.model.model import Model
from dfopt.model.paths import is_exact
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Add, Copy

_ALL = ("*", "**", "**/*")


class CopyOfIgnoredFile(Rule):
    """A source of COPY or ADD is left out of the build context by `.dockerignore`.

    ## What it does

    Reports sources that a pattern of `.dockerignore` leaves out, and `.` where all is left out. Where the file takes
    something back in by `!`, nothing is reported.

    ## Why is this bad

    The build fails with "not found", although the file is there.

    ## Example

    ```gitignore
    dist
    ```

    ```dockerfile
    FROM debian:12-slim
    COPY dist /srv
    ```

    ```dockerfile
    FROM debian:12-slim
    COPY src /srv
    ```
    """

    id = "copy-of-ignored-file"
    aliases = ("CopyIgnoredFile",)
    severity = Severity.ERROR
    help = "take the pattern out of .dockerignore, or copy something else"
    instructions = (Copy, Add)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        context = model.context
        if context is None or not context.ignore_patterns or any(each[0] == "!" for each in context.ignore_patterns):
            return
        for copy in stage.copies:
            for source in copy.sources:
                if _is_left_out(source, context):
                    yield Finding(source.word, f".dockerignore leaves {source.text} out of the build context")


def _is_left_out(source: Source, context: Context) -> bool:
    if source.kind is not SourceKind.CONTEXT or not is_exact(source.text):
        return False
    if source.text.strip("./") == "":
        return any(pattern in _ALL for pattern in context.ignore_patterns)
    return context.is_ignored(source.text)
