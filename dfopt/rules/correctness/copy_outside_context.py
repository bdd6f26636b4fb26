"""The rule `copy-outside-context`."""

import posixpath
from collections.abc import Iterator

from dfopt.model.copies import SourceKind
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Add, Copy


class CopyOutsideContext(Rule):
    """A source of COPY or ADD lies above the build context.

    ## What it does

    Reports sources that lead out of the context, such as `../lib`.

    ## Why is this bad

    The builder never sees what is outside the context. BuildKit cuts the `..` off and looks for `lib` inside, other
    builders fail.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    COPY ../lib /srv/lib
    ```

    ```dockerfile
    FROM debian:12-slim
    COPY lib /srv/lib
    ```
    """

    id = "copy-outside-context"
    severity = Severity.ERROR
    help = "build from the folder above (`docker build -f app/Dockerfile .`), or give a second one by --build-context"
    instructions = (Copy, Add)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for copy in stage.copies:
            for source in copy.sources:
                path = posixpath.normpath(source.text)
                if source.kind is SourceKind.CONTEXT and (path == ".." or path.startswith("../")):
                    yield Finding(source.word, f"{source.text} is outside the build context")
