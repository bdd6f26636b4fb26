"""The rule `sh-replaced-by-link`."""

import json
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import replace
from dfopt.rules.rule import Finding, Rule

_SH = "/bin/sh"
_SHELLS = ("bash", "ash", "zsh", "dash")
_DECLARES = frozenset({Change.INSTRUCTIONS, Change.SHELL, Change.CMD, Change.ENTRYPOINT, Change.HEALTHCHECK})


class ShReplacedByLink(Rule):
    """/bin/sh is made a link to another shell.

    ## What it does

    Reports `ln` that puts a link in the place of `/bin/sh`.

    ## Why is this bad

    It is a change of the system, made in a layer, so that RUN may be written for another shell. All scripts of the
    distribution then run in a shell they were not written for, and the next update of the package undoes it. SHELL
    says the same for RUN alone, in one line that everybody understands.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN ln -sf /bin/bash /bin/sh
    ```

    ```dockerfile
    FROM debian:12-slim
    SHELL ["/bin/bash", "-c"]
    ```

    ## Fix safety

    Unsafe: where the RUN does nothing else, SHELL takes its place. Scripts that start with `#!/bin/sh` then run in the
    distribution's shell.
    """

    id = "sh-replaced-by-link"
    aliases = ("DL4005",)
    help = 'use SHELL ["/bin/bash", "-c"]'
    fix_safety = Safety.UNSAFE
    commands = ("ln",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        paths = [command.path(word) for word in command.operands]
        if len(paths) > 1 and paths[-1] in (_SH, f"/usr{_SH}"):
            yield Finding(command, "a link takes the place of /bin/sh", fix=_fix(command))


def _fix(command: Invocation) -> Fix | None:
    run = command.run
    target = command.operands[0].value
    name = target.rpartition("/")[2]
    others = [each for each in run.commands if each is not command and not _makes_room(each)]
    if others or run.is_trigger or run.config.shell is not None or name not in _SHELLS:
        return None
    path = target if target.startswith("/") else f"/bin/{target}"
    edits = replace(run.instruction, f"SHELL {json.dumps([path, '-c'])}")
    return Fix(Safety.UNSAFE, "use SHELL", edits, _DECLARES) if edits else None


def _makes_room(command: Invocation) -> bool:
    """Whether a command does nothing but take the old `/bin/sh` away."""
    return command.program in ("rm", "mv", "unlink") and [command.path(word) for word in command.operands][:1] == [_SH]
