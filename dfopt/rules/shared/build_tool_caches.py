"""What the rules about the caches of build tools share, which are no package managers to the model."""

from collections.abc import Iterator
from typing import ClassVar

from dfopt.model.effects import EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.paths import is_below
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.manager_caches import clean_after, is_used_later

_ASKS_ONLY = frozenset(("-v", "--version", "-h", "--help", "help"))


class ToolCacheLeftBehind(Rule):
    """Reports the last command of a tool in each RUN that leaves the folder in which the tool keeps its downloads."""

    folder: ClassVar[str]
    """The folder, `~` for the home."""
    cleaning: ClassVar[str]
    """The command that removes the downloads from it."""
    moved_by: ClassVar[tuple[str, ...]] = ()
    """Variables and options that put it elsewhere."""

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        builds = [each for each in command.run.commands_named(*self.commands) if _builds(each)]
        if command not in builds[-1:] or not ships(command.run.stage) or self._is_handled(command):
            return
        fix = None
        if not self._is_moved(command) and not is_used_later(command, "", self.commands, model):
            fix = clean_after(command, self.cleaning, "remove the downloads behind it", Safety.UNSAFE)
        yield Finding(command, f"{command.program} leaves what it downloaded in the layer", fix=fix)

    def _is_moved(self, command: Invocation) -> bool:
        variables = {*command.variables, *(each.name for each in command.assignments)}
        words = [word.value for word in command.arguments]
        return any(each in variables or any(each in word for word in words) for each in self.moved_by)

    def _is_handled(self, command: Invocation) -> bool:
        """Whether the folder, or something in it, is below a mount or is deleted behind the command."""
        folder = self.folder.replace("~", command.run.config.home or "~")
        mounts = [each.target for each in command.run.mounts if each.keeps_out_of_layer and each.target]
        if any(is_below(each, folder) or is_below(folder, each) for each in mounts if each != "/"):
            return True
        hidden = folder.rpartition("/")[2]
        if any(hidden in each.split("/") for each in mounts):
            return True
        return any(
            hidden in each.path.split("/") or each.covers(folder)
            for each in command.run.effects
            if each.kind is EffectKind.DELETE and each.command and each.command.start > command.start
        )


def _builds(command: Invocation) -> bool:
    return _ASKS_ONLY.isdisjoint([word.value for word in command.arguments])
