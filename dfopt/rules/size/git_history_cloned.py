"""The rule `git-history-cloned`."""

import re
from collections.abc import Iterator

from dfopt.model.effects import Effect, EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.paths import is_exact
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships

_SHALLOW = ("--depth", "--shallow-since", "--shallow-exclude", "--filter", "--mirror", "--bare")
_ADDRESS = re.compile(r"(?:https?|git|ssh)://|git@")
_READS_HISTORY = re.compile(
    rb"git\s+(?:-C\s+\S+\s+)?(?:checkout|describe|reset|log|fetch|rev-\w+|merge|cherry-pick|switch|submodule|tag)"
)


class GitHistoryCloned(Rule):
    """A clone with all its history stays in the image.

    ## What it does

    Reports `git clone` without `--depth`, in the stages that the final image is made of, whose folder, or the
    `.git` in it, the same RUN does not delete.

    ## Why is this bad

    The history is often larger than the files, and nothing that runs reads it. No price is stated, for it is that
    of the repository.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN git clone --branch v1.2.3 https://example.com/app.git /opt/app
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN git clone --depth 1 --branch v1.2.3 https://example.com/app.git /opt/app && rm -rf /opt/app/.git
    ```

    ## Fix safety

    Unsafe: the files are the same, but a build may ask git for the history, for its version number for instance,
    and old servers refuse shallow clones. There is no fix in files in which git is asked for anything else.
    """

    id = "git-history-cloned"
    help = "clone with `--depth 1` and delete `.git`, or use `ADD` of the repository, which leaves it out"
    fix_safety = Safety.UNSAFE
    commands = ("git",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        words = command.operands
        if not words or words[0].value != "clone" or not ships(command.run.stage) or command.has_option(*_SHALLOW):
            return
        if not any(_ADDRESS.match(command.value(word)) for word in words[1:]):
            return
        effects = command.run.effects
        clone = next((each for each in effects if each.command is command), None)
        if clone and not any(_deletes(each, clone) for each in effects):
            reads = _READS_HISTORY.search(model.data)
            fix = (
                None
                if reads
                else Fix(Safety.UNSAFE, "add --depth 1", insert_word_after(command, words[0], "--depth 1"))
            )
            yield Finding(command, f"{clone.path} comes with its whole history", fix=fix)


def _deletes(effect: Effect, clone: Effect) -> bool:
    """Whether an effect deletes or moves the clone or its history, or may do so by a pattern or an unknown path."""
    if effect.kind not in (EffectKind.DELETE, EffectKind.MOVE) or effect.cache_of:
        return False
    names = effect.path.split("/")
    if effect.covers(clone.path) or ".git" in names or clone.path.rpartition("/")[2] in names:
        return True
    return not is_exact(effect.path) and not effect.path.startswith(("/var/", "/usr/share/", "~/.cache"))
