"""What the rules about the caches of single package managers share."""

from collections.abc import Iterator
from typing import ClassVar

from dfopt.model.effects import Effect, EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.paths import is_below, is_exact
from dfopt.rules.chains import insert_after, privilege
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import entries
from dfopt.rules.shared.leftovers import leftovers, ships
from dfopt.syntax.commands import Word

INSTALLING = frozenset((PackageAction.INSTALL, PackageAction.UPGRADE))
BUILDING = INSTALLING | {PackageAction.DOWNLOAD, PackageAction.BUILD}


class CacheLeftBehind(Rule):
    """Reports the last command of each RUN that fills a cache of its manager which stays in the layer.

    A rule about one manager is a subclass: it says which actions fill the cache, whether each command is reported,
    since each needs a fix of its own, and what the fix is.
    """

    fills: ClassVar[frozenset[PackageAction]] = INSTALLING
    reports_each: ClassVar[bool] = False

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not self.leaves_cache(command) or not ships(command.run.stage):
            return
        manager, start = command.manager, command.start
        later = [each for each in command.run.package_commands if each.manager == manager and each.start > start]
        if self.reports_each or not any(self.leaves_cache(each) for each in later):
            yield Finding(command, self.message(command), fix=self.fix(command, model))

    def leaves_cache(self, command: PackageCommand) -> bool:
        """Whether a command fills a cache of which something is still in the layer when its RUN ends."""
        return command.action in self.fills and any(not _is_handled(each, command) for each in leftovers(command))

    def message(self, command: PackageCommand) -> str:
        return f"{spoken(command)} leaves its cache in the layer"

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        """The fix of a finding."""
        raise NotImplementedError


def spoken(command: PackageCommand) -> str:
    """A command as one calls it: `npm ci`."""
    return f"{command.tool} {command.verb}".strip()


def clean_after(command: Invocation, text: str, title: str, safety: Safety) -> Fix | None:
    """Run a cleaning when a command has succeeded; None where that would be another user's or another environment's."""
    asks_shell = "~" in text or "$" in text
    if command.is_conditional or not _runs_plainly(command) or (command.is_wrapped and asks_shell):
        return None
    edits = insert_after(command, privilege(command) + text)
    return Fix(safety, title, edits) if edits else None


def last_verb_word(command: PackageCommand) -> Word | None:
    """The last word of its subcommand: `install` of `uv pip install`."""
    if command.verb_word is None:
        return None
    wanted = command.verb.split()[-1]
    behind = [each for each in command.command.arguments if each.start >= command.verb_word.start]
    return next((each for each in behind if each.value == wanted), None)


def is_used_later(command: Invocation, manager: str, programs: tuple[str, ...], model: Model) -> bool:
    """Whether a later command of the image, or what it starts, is of a manager or one of these programs."""
    final = model.final_stage
    for stage in final.lineage if final else ():
        if any(each.manager == manager and each.start > command.start for each in stage.package_commands):
            return True
        if any(each.program in programs and each.start > command.start for each in stage.commands):
            return True
    return any(each.program in programs for entry in entries(model) for each in entry.commands)


def _is_handled(filled: Effect, command: PackageCommand) -> bool:
    """Whether a mount lies over the cache at another of its places, or it or a part of it is deleted."""
    places = _places(filled.path, command)
    if any(command.run.mount_over(place) for place in places):
        return True
    return any(
        _deletes(each, places)
        for each in command.run.effects
        if each.kind is EffectKind.DELETE and each.command and each.command.start > command.start
    )


def _deletes(deletion: Effect, places: list[str]) -> bool:
    """Whether a deletion is of one of the places or in it; by its name where the path is not known."""
    if any(is_below(deletion.path, place) or deletion.covers(place) for place in places):
        return True
    return not is_exact(deletion.path) and any(place.rpartition("/")[2] in deletion.path for place in places)


def _places(path: str, command: PackageCommand) -> list[str]:
    """The folders that a cache may be in: the model's, and those that base images move it to."""
    from dfopt.knowledge.caches import caches, in_home

    home = command.run.config.home or "~"
    known = [[in_home(each, home) for each in cache.paths] for cache in caches(command.manager)]
    name = path.rpartition("/")[2]
    same = [group for group in known if any(is_below(path, each) or each.rpartition("/")[2] == name for each in group)]
    return [path, *[place for group in same or known for place in group]]


def _runs_plainly(command: Invocation) -> bool:
    """Whether nothing stands in front of a command but a `sudo` without options."""
    return not command.is_wrapped or (bool(privilege(command)) and command.outer.words[1:2] == command.words[:1])
