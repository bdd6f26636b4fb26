"""The rule `apt-lists-left-behind`."""

import re
from collections.abc import Iterator

from dfopt.model.effects.effect import EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.runs import RunFacts
from dfopt.rules.chains import append, privilege
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import remove
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import leftovers, ships
from dfopt.rules.shared.lists_of_apt import LISTS, updates
from dfopt.rules.shared.prices import lists_cost
from dfopt.syntax.wrappers import script_of

_LEAVES_APT_ALONE = re.compile(r"activate|configure|gradlew|mvnw|phpunit|(?:Ana|ana|Mini|mini)conda\d?\b.*\.sh")
_FOLDERS_OF_PACKAGES = frozenset({"/bin", "/etc/init.d", "/sbin", "/usr/bin", "/usr/sbin"})
_SHELLS = frozenset({"ash", "bash", "dash", "sh", "source", ".", "zsh"})


class AptListsLeftBehind(Rule):
    r"""The package lists of apt stay in the image.

    ## What it does

    Reports each RUN that updates apt's package lists and does not remove them afterwards, in the stages that the final
    image is made of. A cache or tmpfs mount on `/var/lib/apt/lists` keeps them out of the layer as well.

    ## Why is this bad

    The lists are some 20 MB of text that nothing reads at run time and that are out of date within days. Removing them
    in a later RUN does not help: the layer that has them ships all the same.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl \
        && rm -rf /var/lib/apt/lists/*
    ```

    ## Fix safety

    Safe: the lists are removed when all commands of the RUN have succeeded, and no later RUN of the image installs with
    apt before it updates the lists itself; a RUN that does nothing but update is taken out. Where a later RUN installs
    from these lists, there is no fix, for it would fail. Where a later RUN starts a script that this file does not
    show, the fix is unsafe: the script may rely on the lists. Programs that packages bring (`/usr/sbin/nginx`), build
    tools (`./configure`, `./gradlew`) and package managers of languages don't. Images built on this one, and programs
    that call apt at run time, need an `apt-get update` of their own, as they do once the lists are old.
    """

    id = "apt-lists-left-behind"
    aliases = ("DL3009",)
    help = f"end the RUN with `&& rm -rf {LISTS}/*`, or mount a cache there"
    fix_safety = Safety.UNSAFE
    managers = ("apt",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.fetches_index or not ships(command.run.stage):
            return
        if command is not _updates(command.run)[-1] or not any(each.path == LISTS for each in leftovers(command)):
            return
        message = f"{command.tool} {command.verb} leaves its package lists in the layer"
        yield Finding(command, message, cost=lists_cost(command.run.stage), fix=_fix(command))


def _fix(command: PackageCommand) -> Fix | None:
    later = list(_later_runs(command.run))
    if not command.run.scripts or any(_installs_from_old_lists(run) for run in later):
        return None
    safety = Safety.UNSAFE if any(_starts_a_script(run) for run in later) else Safety.SAFE
    only_fetches = command.action is PackageAction.UPDATE and len(command.run.commands) == 1
    if only_fetches and not command.run.is_trigger and (edits := remove(command.run.instruction)):
        return Fix(safety, "take out the RUN, whose lists nothing uses", edits, frozenset({Change.INSTRUCTIONS}))
    edits = append(command.run.scripts[0], f"{privilege(command.command)}rm -rf {LISTS}/*")
    return Fix(safety, "remove the package lists at the end of the RUN", edits) if edits else None


def _updates(run: RunFacts) -> list[PackageCommand]:
    return [each for each in run.package_commands if updates(each)]


def _later_runs(run: RunFacts) -> Iterator[RunFacts]:
    """The RUNs that find what one leaves: below it, up to one that updates itself, and in stages built on it."""
    start = run.instruction.span.start
    for each in run.stage.runs:
        if each.instruction.span.start > start:
            yield each
            if any(not update.command.is_conditional for update in _updates(each)):
                return
    for stage in run.stage.model.stages[run.stage.index + 1 :]:
        if run.stage in stage.lineage:
            yield from stage.runs


def _installs_from_old_lists(run: RunFacts) -> bool:
    """Whether a RUN asks apt for packages before it has updated the lists."""
    for each in run.package_commands:
        if updates(each) and not each.command.is_conditional:
            return False
        if each.manager == "apt" and each.action not in (
            PackageAction.CLEAN,
            PackageAction.REMOVE,
            PackageAction.UPDATE,
        ):
            return True
    return False


def _starts_a_script(run: RunFacts) -> bool:
    """Whether a RUN runs what this file does not show: a path, or a script that a shell is given."""
    if run.shell is not None and not run.commands:
        return True
    return any(
        ("/" in command.command.name or (command.program in _SHELLS and command.operands)) and not _asks_no_apt(command)
        for command in run.commands
    )


def _asks_no_apt(command: Invocation) -> bool:
    """Whether a command is one that is known to leave apt alone, or whose script stands in the file."""
    if command.package_command or _LEAVES_APT_ALONE.fullmatch(command.program):
        return True
    if command.program not in _SHELLS:
        return command.command.name.rpartition("/")[0] in _FOLDERS_OF_PACKAGES and not _comes_from_elsewhere(command)
    script = script_of(command.command)
    if script is not None:
        return any(script.start <= each.start < script.end for each in command.run.commands)
    return _LEAVES_APT_ALONE.fullmatch(command.operands[0].value.rpartition("/")[2]) is not None


def _comes_from_elsewhere(command: Invocation) -> bool:
    """Whether the file itself brings a program, instead of a package."""
    path = command.path(command.words[0])
    folder = path.rpartition("/")[0]
    created = [each for each in command.stage.effects_of_lineage if each.kind is EffectKind.CREATE]
    return any(each.path in (path, folder) or each.covers(path) for each in created)
