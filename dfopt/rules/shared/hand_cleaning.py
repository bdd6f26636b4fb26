"""Caches that a manager fills and the same RUN deletes, where an option of the manager would have kept none."""

from collections.abc import Iterator
from typing import ClassVar

from dfopt.model.effects import Effect, EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import leftovers, ships
from dfopt.rules.shared.manager_caches import INSTALLING


class CacheDeletedByHand(Rule):
    """Reports each command that fills a cache which its RUN deletes."""

    keeps_none: ClassVar[str]
    """The option with which the manager keeps no cache."""

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.action not in INSTALLING or not ships(command.run.stage):
            return
        fills = any(_is_kept(each, command) for each in command.effects)
        if fills and not leftovers(command):
            message = f"{command.tool} {command.verb} fills a cache that the RUN deletes again"
            yield Finding(command, message, fix=self._fix(command))

    def _fix(self, command: PackageCommand) -> Fix | None:
        word = command.verb_word
        if word is None or not all(each.has_option("-f", "--force") for each in _deletions(command)):
            return None
        return Fix(Safety.SAFE, f"add {self.keeps_none}", insert_word_after(command.command, word, self.keeps_none))


def _is_kept(effect: Effect, command: PackageCommand) -> bool:
    is_written = effect.kind is EffectKind.CREATE and bool(effect.cache_of)
    return is_written and command.run.mount_over(effect.path) is None


def _deletions(command: PackageCommand) -> Iterator[Invocation]:
    """The rm commands behind it: unless forced, they fail where nothing is there to be deleted."""
    for effect in command.run.effects:
        by = effect.command
        if effect.kind is EffectKind.DELETE and by and by.start > command.start and by.program == "rm":
            yield by
