"""The rule `relative-workdir`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.paths import join_path
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import Edits, replace_token
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import folder_at
from dfopt.syntax.nodes import Workdir

_ABSOLUTE = re.compile(r"[/\\$]|[A-Za-z]:")
_NEEDS_CARE = re.compile(r"[$'\"\\`\s]")


class RelativeWorkdir(Rule):
    """WORKDIR has a relative path.

    ## What it does

    Reports WORKDIR with a path that is not absolute. One that starts with a variable without a known value may be, and
    is left alone; so is one behind ONBUILD. `~` is no home folder here but a folder of that name.

    ## Why is this bad

    The folder depends on the WORKDIR above it and, where there is none, on the base image: a line that is moved or a
    new release of the base puts everything somewhere else.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    WORKDIR /srv
    WORKDIR app
    ```

    ```dockerfile
    FROM debian:12-slim
    WORKDIR /srv
    WORKDIR /srv/app
    ```

    ## Fix safety

    Safe: it is offered only where it is known what the working directory is, by this file or by the base image, and
    writes the same folder.
    """

    id = "relative-workdir"
    aliases = ("DL3000", "WorkdirRelativePath")
    help = "write the whole path, from the / on"
    fix_safety = Safety.SAFE
    instructions = (Workdir,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for instruction in stage.instructions_of(Workdir):
            path = model.expand(instruction.argument.value.strip(), instruction)
            if not path or _ABSOLUTE.match(path):
                continue
            if path == "~" or path.startswith("~/"):
                yield Finding(
                    instruction.argument, f"{path} is a folder called ~, for the builder knows no home folders"
                )
                continue
            edits = _absolute(instruction, stage)
            declares = frozenset({Change.WORKDIR} if stage.config_at(instruction).workdir is None else ())
            fix = Fix(Safety.SAFE, "write the whole path", edits, declares) if edits else None
            yield Finding(instruction.argument, f"{path} depends on the working directory that comes before", fix=fix)


def _absolute(instruction: Workdir, stage: Stage) -> Edits | None:
    text = instruction.argument.value
    folder = folder_at(stage, instruction)
    if folder is None or not folder.startswith("/") or stage.is_windows:
        return None
    if _NEEDS_CARE.search(text) or _NEEDS_CARE.search(folder):
        return None
    return replace_token(instruction.argument, join_path(folder, text))
