"""The rule `cleanup-shrinks-nothing`."""

import re
from collections.abc import Iterator

from dfopt.model.effects import EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.syntax.nodes import Run

_DELETES = frozenset(("find", "rm", "rmdir"))
_IS_TIDYING = re.compile(
    r"/(?:tmp|var/tmp|var/cache|var/log|var/lib/apt|usr/share/(?:doc|man|info|locale|lintian|doc-base|groff))(?:/|$)"
    r"|(?:^|/)\.(?:cache|npm|gem|composer|m2)(?:/|$)"
)
_SAYS_NOTHING = frozenset(("cd", "echo", "set", "true", ":"))


class CleanupShrinksNothing(Rule):
    r"""A RUN does nothing but clean up, and what it cleans is in the layers below.

    ## What it does

    Reports RUNs of the final image that only delete what is deleted to save bytes (caches, logs, `/tmp`, documentation)
    or only tell a package manager to clean up, and write nothing. Where this file shows what wrote the deleted files,
    `deleted-in-later-layer` reports it.

    ## Why is this bad

    A layer can only add. The deletion adds a layer of marks that hide the files, and the image is as large as
    before. The price of the finding is none; that of the files is in the layers that have them.

    ## Example

    ```dockerfile
    FROM debian:12
    RUN apt-get clean && rm -rf /usr/share/doc/*
    ```

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx \
        && apt-get clean && rm -rf /usr/share/doc/* /var/lib/apt/lists/*
    ```
    """

    id = "cleanup-shrinks-nothing"
    severity = Severity.INFO
    help = "clean up in the RUN that writes, or copy what stays into a new stage"
    instructions = (Run,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if not ships(stage):
            return
        for run in stage.runs:
            if not run.is_trigger and not run.mounts and _only_cleans(run) and not _hides_known_files(run):
                yield Finding(run.commands[0], "this layer hides files, and the layers below still have them")


def _only_cleans(run: RunFacts) -> bool:
    commands = [each for each in run.commands if each.program not in _SAYS_NOTHING]
    return bool(commands) and all(_cleans(each) for each in commands)


def _cleans(command: Invocation) -> bool:
    if package_command := command.package_command:
        return package_command.action is PackageAction.CLEAN or (
            package_command.verb in ("autoremove", "autoclean") and not package_command.packages
        )
    if command.program not in _DELETES:
        return False
    paths = [command.path(word) for word in command.operands]
    if command.program == "find":
        paths = paths[:1] if "-delete" in [word.value for word in command.arguments] else []
    return bool(paths) and all(_IS_TIDYING.search(path) for path in paths)


def _hides_known_files(run: RunFacts) -> bool:
    """Whether the file shows what wrote something of what the RUN deletes."""
    return any(
        rewrite.later.by is run.instruction and rewrite.earlier.certain and rewrite.later.kind is EffectKind.DELETE
        for rewrite in run.stage.rewrites
    )
