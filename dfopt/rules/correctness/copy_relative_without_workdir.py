"""The rule `copy-relative-without-workdir`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Add, Copy

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
    """

    id = "copy-relative-without-workdir"
    aliases = ("DL3045",)
    help = "set WORKDIR first, or write an absolute path"
    instructions = (Copy, Add)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for copy in stage.copies:
            if copy.is_trigger or stage.config_at(copy.instruction).workdir is not None:
                continue
            destination = model.expand(copy.instruction.destination, copy.instruction)
            if not _ABSOLUTE.match(destination):
                message = f"{copy.instruction.destination} is a place that the base image decides"
                yield Finding(copy.instruction.items[-1], message)
