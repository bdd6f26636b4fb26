"""The rule `dockerignore-missing`."""

from collections.abc import Iterator, Sequence

from dfopt.model.context import Context
from dfopt.model.copies import Source, SourceKind
from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.picked_up import takes_whole_context
from dfopt.syntax.nodes import Add, Copy


class DockerignoreMissing(Rule):
    """The whole build context is copied, and nothing says what of it to leave out.

    ## What it does

    Reports COPY and ADD of the whole build context where the context is known and there is no `.dockerignore`,
    neither in it nor beside the Dockerfile. It is asked only where the folder of the Dockerfile surely is the
    context: where it has all that the file copies by name.

    ## Why is this bad

    The history, installed packages, editors' files and secrets (`.env`) go into the image, or at least to the
    builder, and each change of any of them throws the build cache away. No price is stated, for it is that of the
    files.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    COPY . /app
    ```

    in a build context of these files:

    ```text
    app.py
    .env
    ```
    """

    id = "dockerignore-missing"
    severity = Severity.INFO
    help = "write a .dockerignore; best `*`, and then what is needed: `!src`"
    instructions = (Copy, Add)

    def check_file(self, model: Model) -> Iterator[Finding]:
        context = model.context
        if context is None:
            return
        sources = [source for copy in model.copies for source in copy.sources]
        whole = next((source for source in sources if takes_whole_context(source)), None)
        if whole and context.ignore_file is None and _is_the_context(context, sources):
            yield Finding(whole.word, "all of the build context is copied, and there is no .dockerignore")


def _is_the_context(context: Context, sources: Sequence[Source]) -> bool:
    texts = [each.text for each in sources if each.kind is SourceKind.CONTEXT and not each.has_glob]
    named = [text for text in texts if "$" not in text]
    return all(context.exists(each) for each in named) and len(list(context.matches(".", 2))) > 1
