"""RUNs that only update a package index, joined with the RUN behind that installs."""

from dfopt.model.packages import PackageCommand
from dfopt.model.runs import RunFacts
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.shared.merging import merge

_DECLARES = frozenset({Change.INSTRUCTIONS})


def join_with_installation(update: PackageCommand) -> Fix | None:
    """The fix that joins the RUN of an update with the next instruction, where that is a RUN that installs first."""
    following = next_run(update.run)
    if following is None or update.command.following:
        return None
    first = next((each for each in following.package_commands if each.manager == update.manager), None)
    if first is None or not first.is_install:
        return None
    edits = merge(update.run, following)
    return Fix(Safety.SAFE, "join it with the RUN that installs", edits, _DECLARES) if edits else None


def next_run(run: RunFacts) -> RunFacts | None:
    """The RUN that is the next instruction."""
    end = run.instruction.span.end
    following = next((each for each in run.stage.instructions if each.span.start >= end), None)
    return next((each for each in run.stage.runs if each.instruction is following), None)
