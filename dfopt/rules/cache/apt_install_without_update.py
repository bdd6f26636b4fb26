"""The rule `apt-install-without-update`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.chains import privilege
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.index_updates import join_with_installation, next_run
from dfopt.rules.shared.lists_of_apt import Lists
from dfopt.syntax.edits import Edit


class AptInstallWithoutUpdate(Rule):
    """apt installs from package lists that another RUN has fetched.

    ## What it does

    Reports RUNs that install with apt and do not update the package lists before, where an earlier RUN did so, or
    where nothing did and the base image is one that comes without lists. RUNs that start a script first are left
    alone, for it may update them; so are lists in a mount.

    ## Why is this bad

    The build cache keeps the RUN with the update for as long as its text stays the same. When a package is added to
    the other RUN months later, apt looks for versions that the archive has long replaced, and the build fails with
    404; or it installs what is out of date.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update
    RUN apt-get install -y --no-install-recommends curl=7.88.*
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.*
    ```

    ## Fix safety

    Safe where a RUN that only updates stands right in front, with which it is joined, and where nothing between the two
    RUNs may have changed where apt looks: the lists are fetched once more from the same place, and the same packages
    are installed. Unsafe where something may have (a repository is added, a script is run, files are copied that may be
    apt's), and where the base image has no lists.
    """

    id = "apt-install-without-update"
    help = "run apt-get update in the same RUN, in front of the installation"
    fix_safety = Safety.UNSAFE
    managers = ("apt",)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        lists = Lists()
        for below in reversed(stage.lineage[1:]):
            for _ in lists.walk(below):
                pass
        for command in lists.walk(stage):
            yield from _findings(command, lists)


def _findings(command: PackageCommand, lists: Lists) -> Iterator[Finding]:
    name = f"{command.tool} {command.verb}"
    if lists.update:
        line = lists.update.run.instruction.span.start.line
        yield Finding(command, f"{name} relies on the package lists of line {line}", fix=_fix_below(command, lists))
    elif not lists.may_be_there and _has_no_lists(command.run):
        yield Finding(command, f"{name} finds no package lists in the base image", fix=_fix(command, Safety.UNSAFE))


def _has_no_lists(run: RunFacts) -> bool:
    from dfopt.knowledge.bases import identify

    base = identify(run.stage.root_base) if run.stage.root_base else None
    return base is not None and base.family in ("debian", "ubuntu") and "apt" in base.package_managers


def _fix_below(command: PackageCommand, lists: Lists) -> Fix | None:
    """The fix where an earlier RUN has updated: one that does nothing else and stands right in front is joined."""
    is_next = lists.update is not None and next_run(lists.update.run) is command.run
    joined = join_with_installation(lists.update) if lists.update and is_next else None
    return joined or _fix(command, Safety.UNSAFE if lists.may_be_of_other_sources else Safety.SAFE)


def _fix(command: PackageCommand, safety: Safety) -> Fix | None:
    invocation = command.command
    if invocation.script is None or invocation.context or invocation.outer.negated:
        return None
    text = f"{privilege(invocation)}apt-get update && "
    return Fix(safety, "run apt-get update first", (Edit(command.start, command.start, text),))
