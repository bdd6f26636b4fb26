"""The rule `copy-destination-no-folder`."""

from collections.abc import Iterator

from dfopt.model.copies import CopyFacts
from dfopt.model.model import Model
from dfopt.model.paths import is_below
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Add, Copy

_ENDS_OF_FOLDERS = ("/", "\\")


class CopyDestinationNoFolder(Rule):
    """Several sources are copied to one destination that does not end with a slash.

    ## What it does

    Reports COPY and ADD with several sources whose destination does not end with a slash. A destination that ends with
    a variable without a known value is left alone.

    ## Why is this bad

    Docker's builder without BuildKit, and Kaniko and Podman in some versions, refuse it. BuildKit takes `.` for a
    folder; where another destination does not exist yet, it makes one file, over and over, of which the last stays.

    ## Example

    ```dockerfile
    FROM node:22-slim
    COPY package.json package-lock.json /srv
    ```

    ```dockerfile
    FROM node:22-slim
    COPY package.json package-lock.json /srv/
    ```

    ## Fix safety

    Safe where the destination is a folder for certain: the working directory, one above it, or `.`. Unsafe elsewhere:
    what was a file becomes a folder.
    """

    id = "copy-destination-no-folder"
    aliases = ("DL3021",)
    severity = Severity.ERROR
    help = "end the destination with a slash"
    fix_safety = Safety.UNSAFE
    instructions = (Copy, Add)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for copy in stage.copies:
            destination = model.expand(copy.instruction.destination, copy.instruction)
            if len(copy.sources) < 2 or destination.endswith(_ENDS_OF_FOLDERS) or "$" in destination[-40:]:
                continue
            word = copy.instruction.items[-1]
            at = word.span.end.offset - (1 if word.text.endswith(('"', "'")) else 0)
            safety = Safety.SAFE if _is_folder(copy, destination) else Safety.UNSAFE
            fix = Fix(safety, "end it with a slash", (Edit(at, at, "/"),))
            yield Finding(
                word, f"{len(copy.sources)} sources go to {destination}, which has no slash at its end", fix=fix
            )


def _is_folder(copy: CopyFacts, destination: str) -> bool:
    """Whether the destination is a folder, whatever the base has."""
    if destination in (".", "") or destination.endswith("/."):
        return True
    workdir = copy.stage.config_at(copy.instruction).workdir
    return workdir is not None and not copy.is_trigger and is_below(workdir, copy.destination)
