"""The rule `chown-copies-layer`."""

import re
from collections.abc import Iterator

from dfopt.model.copies import SourceKind
from dfopt.model.effects import EffectKind
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.attributes import (
    Duplication,
    copy_to_mend,
    duplications,
    is_alone_in,
    makes_no_users_between,
    moved_into_copy,
)

_OWNER = re.compile(r"[\w.-]+(?::[\w.-]+)?")
_NUMBERS = re.compile(r"\d+:\d+")


class ChownCopiesLayer(Rule):
    """A chown in a layer of its own makes a second copy of all files.

    ## What it does

    Reports `chown` and `chgrp` of files that an earlier instruction of the same image wrote: a COPY, a download, an
    archive that was unpacked.

    ## Why is this bad

    A layer keeps whole files: one with another owner ships again with all its bytes. No price is stated, for it is the
    size of the files, which the Dockerfile does not tell.

    ## Example

    ```dockerfile
    FROM node:22-slim
    COPY server.js /app/server.js
    RUN chown node:node /app/server.js
    ```

    ```dockerfile
    FROM node:22-slim
    COPY --chown=node:node server.js /app/server.js
    ```

    ## Fix safety

    There is a fix where the files come from one COPY, nothing else of the file writes there, and users whose names are
    given exist when COPY runs. Safe for a file: it has the same owner and group. Unsafe for a folder: COPY does not
    change the owner of a folder that is there already, by WORKDIR for instance, and the program may write to it.
    """

    id = "chown-copies-layer"
    help = "set the owner where the files are written: `COPY --chown`, or chown in the RUN that writes"
    fix_safety = Safety.UNSAFE
    commands = ("chown", "chgrp")

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for each in duplications(stage, model, EffectKind.CHOWN):
            message = f"the new owner puts a second copy of {each.files} into this layer"
            yield Finding(each.command, message, fix=_fix(each))


def _fix(duplication: Duplication) -> Fix | None:
    command, written = duplication.command, duplication.written[0]
    copy = copy_to_mend(duplication) if command.program == "chown" else None
    if copy is None or not all(word.is_static for word in command.words):
        return None
    owner = command.operands[0].value
    if not _OWNER.fullmatch(owner) or not (_NUMBERS.fullmatch(owner) or makes_no_users_between(copy, command)):
        return None
    if ":" not in owner:
        if copy.sources[0].kind is not SourceKind.CONTEXT:
            return None
        owner += ":0"
    is_folder = written.is_folder or written.recursive
    if is_folder and not is_alone_in(written.path, copy, command):
        return None
    found = moved_into_copy(copy, command, f"--chown={owner}")
    safety = Safety.UNSAFE if is_folder else Safety.SAFE
    return Fix(safety, "set the owner in COPY", *found) if found else None
