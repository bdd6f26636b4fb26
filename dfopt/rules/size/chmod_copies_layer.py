"""The rule `chmod-copies-layer`."""

import re
from collections.abc import Iterator

from dfopt.model.effects import EffectKind
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.attributes import Duplication, copy_to_mend, duplications, moved_into_copy

_OCTAL = re.compile(r"0?[0-7]{3}")
_EXECUTABLE = ("+x", "a+x", "ugo+x", "+rx", "a+rx")
_MODE_OF_PROGRAM = "755"
_NEEDS_BUILDKIT = re.compile(
    rb"^[ \t]*RUN[ \t]+--mount|--link\b|--chmod=|^#[ \t]*syntax[ \t]*=|^[A-Z]+[ \t].*<<", re.MULTILINE
)


class ChmodCopiesLayer(Rule):
    """A chmod in a layer of its own makes a second copy of all files.

    ## What it does

    Reports `chmod` of files that an earlier instruction of the same image wrote: a COPY, a download, an archive
    that was unpacked.

    ## Why is this bad

    A layer keeps whole files: one with another mode ships again with all its bytes, even if the mode is the one it had.
    For the usual start script that is little, and a layer more. No price is stated, for it is the size of the files,
    which the Dockerfile does not tell.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    COPY start.sh /start.sh
    RUN chmod 755 /start.sh
    ```

    ```dockerfile
    FROM debian:12-slim
    COPY --chmod=755 start.sh /start.sh
    ```

    ## Fix safety

    There is a fix for one file of one COPY. Safe where the mode is a number and the file needs BuildKit already (a
    mount, a here-document, a `# syntax` line): the file has the same mode. Unsafe in other files, since builders
    before Docker 23 don't know `--chmod`, and for `chmod +x`, which keeps the other bits of the mode in the build
    context.
    """

    id = "chmod-copies-layer"
    severity = Severity.INFO
    help = "set the mode where the files are written: `COPY --chmod`, or chmod in the RUN that writes"
    fix_safety = Safety.UNSAFE
    commands = ("chmod",)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for each in duplications(stage, model, EffectKind.CHMOD):
            message = f"the new mode puts a second copy of {each.files} into this layer"
            yield Finding(each.command, message, fix=_fix(each, model))


def _fix(duplication: Duplication, model: Model) -> Fix | None:
    command, written = duplication.command, duplication.written[0]
    copy = copy_to_mend(duplication)
    if copy is None or written.is_folder or written.recursive or not all(word.is_static for word in command.words):
        return None
    mode = command.operands[0].value
    is_octal = _OCTAL.fullmatch(mode) is not None
    if not is_octal and mode not in _EXECUTABLE:
        return None
    found = moved_into_copy(copy, command, f"--chmod={mode if is_octal else _MODE_OF_PROGRAM}")
    is_safe = is_octal and _NEEDS_BUILDKIT.search(model.data) is not None
    return Fix(Safety.SAFE if is_safe else Safety.UNSAFE, "set the mode in COPY", *found) if found else None
