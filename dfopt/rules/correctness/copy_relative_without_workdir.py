"""The rule `copy-relative-without-workdir`."""

import re
from collections.abc import Iterator

from dfopt.model.copies import CopyFacts
from dfopt.model.model import Model
from dfopt.model.paths import join_path
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.editing import replace_token
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import folder_at
from dfopt.syntax.nodes import Add, Copy

_PLAIN = re.compile(r"[\w./-]+")
_ABSOLUTE = re.compile(r"[/\\$~]|[A-Za-z]:")


class CopyRelativeWithoutWorkdir(Rule):
    """Files are copied to a relative path, and no WORKDIR says where that is.

    ## What it does

    Reports COPY and ADD with a relative destination where neither the stage nor a local stage below it has set WORKDIR.
    A stage that starts from `scratch` starts in `/`, and a destination that starts with a variable may be absolute:
    these are left alone.

    ## Why is this bad

    The base image decides where the files land, and its next release may decide otherwise.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    COPY app.py .
    ```

    ```dockerfile
    FROM python:3.13-slim
    WORKDIR /srv/app
    COPY app.py .
    ```

    ## Fix safety

    Safe: where it is known in which folder commands of the base image start, that is written in front of the
    destination, so that the files land where they landed. Elsewhere there is no fix.
    """

    id = "copy-relative-without-workdir"
    aliases = ("DL3045",)
    help = "set WORKDIR first, or write an absolute path"
    fix_safety = Safety.SAFE
    instructions = (Copy, Add)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for copy in stage.copies:
            if copy.is_trigger or stage.config_at(copy.instruction).workdir is not None:
                continue
            destination = model.expand(copy.instruction.destination, copy.instruction)
            if not _ABSOLUTE.match(destination):
                message = f"{copy.instruction.destination} is a place that the base image decides"
                yield Finding(copy.instruction.items[-1], message, fix=_fix(copy))


def _fix(copy: CopyFacts) -> Fix | None:
    item = copy.instruction.items[-1]
    folder = folder_at(copy.stage, copy.instruction)
    if folder is None or not _PLAIN.fullmatch(item.text):
        return None
    whole = join_path(folder, item.text)
    is_folder = item.text.endswith("/") or item.text in (".", "..")
    edits = replace_token(item, f"{whole.rstrip('/')}/" if is_folder else whole)
    return Fix(Safety.SAFE, "write the whole path", edits) if edits else None
