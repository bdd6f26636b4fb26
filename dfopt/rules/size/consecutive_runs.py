"""The rule `consecutive-runs`."""

from collections.abc import Iterator
from itertools import pairwise

from dfopt.model.effects.effect import EffectKind
from dfopt.model.model import Model
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.merging import merge
from dfopt.syntax.nodes import Run
from dfopt.syntax.shell import ShellKind

_SHIPS_TWICE = (EffectKind.DELETE, EffectKind.MOVE, EffectKind.CHMOD, EffectKind.CHOWN)


class ConsecutiveRuns(Rule):
    """RUNs of a single command follow each other.

    ## What it does

    Reports a RUN of a single command that follows another such RUN with the same flags, in the stages that the final
    image is made of. Longer RUNs are left alone, for there the split is meant, and so are stages whose layers do not
    ship.

    ## Why is this bad

    Each RUN makes a layer, and what one layer writes another one can only hide: a file that the second RUN changes or
    deletes ships twice. Where nothing of that kind happens the cost is small, and separate RUNs are cached each on its
    own; take this as a hint.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN mkdir /srv/app
    RUN chown www-data /srv/app
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN mkdir /srv/app && chown www-data /srv/app
    ```

    ## Fix safety

    Safe, and only offered where it makes the image smaller: a RUN deletes, moves or changes the mode or the owner
    of what one above it wrote. The RUNs are joined with `&&`, so the same commands run in the same order and the
    first failure still ends the build. There is no fix where flags differ, or where a folder, an option or a
    variable of the shell would reach the second RUN.
    """

    id = "consecutive-runs"
    aliases = ("DL3059",)
    severity = Severity.HINT
    help = "join the RUNs with && where they belong together"
    fix_safety = Safety.SAFE
    instructions = (Run,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if not ships(stage):
            return
        group: list[RunFacts] = []
        for instruction in stage.instructions:
            run = model.run(instruction) if isinstance(instruction, Run) else None
            if run and group and _belong_together(group[0], run):
                group.append(run)
                line = group[-2].instruction.span.start.line
                yield Finding(instruction.head, f"a RUN of a single command, as in line {line}", fix=_fix(group))
            else:
                group = [run] if run else []


def _belong_together(first: RunFacts, second: RunFacts) -> bool:
    return _flags(first) == _flags(second) and _is_short(first) and _is_short(second)


def _flags(run: RunFacts) -> list[str]:
    return sorted(flag.code.strip() for flag in run.instruction.flags)


def _is_short(run: RunFacts) -> bool:
    return run.shell_kind is ShellKind.POSIX and len([command for command in run.commands if command.words]) <= 1


def _fix(group: list[RunFacts]) -> Fix | None:
    """Join the last RUN with those above it down to the one that wrote what it changes."""
    last = group[-1].instruction
    rewrites = [each for each in group[-1].stage.rewrites if each.later.by is last]
    written_by = {id(each.earlier.by) for each in rewrites if each.earlier.certain and each.later.kind in _SHIPS_TWICE}
    if not written_by:
        return None
    start = next((n for n, run in enumerate(group[:-1]) if id(run.instruction) in written_by), None)
    if start is None:
        return None
    joints = [merge(first, second) for first, second in pairwise(group[start:])]
    if not all(joints):
        return None
    edits = tuple([edit for joint in joints for edit in joint or ()])
    return Fix(Safety.SAFE, "join the RUNs", edits, frozenset({Change.INSTRUCTIONS}))
