"""The rule `source-tree-left-behind`."""

import re
from collections.abc import Iterator

from dfopt.model.effects import Effect, EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.paths import is_below, is_exact
from dfopt.rules.chains import append
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships

_BRINGS_SOURCES = frozenset(("git", "tar", "unzip"))
_PLAIN = re.compile(r"/[\w.+@-]+(?:/[\w.+@-]+)+")


class SourceTreeLeftBehind(Rule):
    r"""Sources that were built and installed stay in the image.

    ## What it does

    Reports `make install` and its like (cmake, ninja, scons, meson) in a folder of sources that the same RUN fetched or
    unpacked and does not delete, in the stages that the final image is made of.

    ## Why is this bad

    Sources and object files are often ten times what is installed. No price is stated, for the Dockerfile does not tell
    their size.

    ## Example

    ```dockerfile
    FROM debian:12
    RUN git clone --depth 1 https://example.com/app.git /usr/src/app \
        && cd /usr/src/app && ./configure && make && make install
    ```

    ```dockerfile
    FROM debian:12
    RUN git clone --depth 1 https://example.com/app.git /usr/src/app \
        && cd /usr/src/app && ./configure && make && make install \
        && rm -rf /usr/src/app
    ```

    ## Fix safety

    Unsafe: an installation may link to its sources, or a program may read something in them. There is no fix where the
    file names the folder again behind the installation.
    """

    id = "source-tree-left-behind"
    help = "delete the sources in the same RUN, or build in a stage of its own and copy what is installed"
    fix_safety = Safety.UNSAFE
    commands = ("make", "gmake", "ninja", "cmake", "scons", "meson")

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        if not ships(command.run.stage) or not _installs(command) or command.cwd is None:
            return
        effects = command.run.effects
        tree = next((each for each in effects if _is_source_of(each, command)), None)
        if tree is None or any(_deletes(each, command) for each in effects):
            return
        folder = _folder(tree, command)
        yield Finding(command, f"the sources in {folder} stay in the layer", fix=_fix(folder, command, model))


def _installs(command: Invocation) -> bool:
    words = [word.value for word in command.arguments]
    return any(word == "install" or word.startswith("install-") for word in words) or "--install" in words


def _is_source_of(effect: Effect, command: Invocation) -> bool:
    """Whether an effect brings the folder that the command installs from."""
    by = effect.command
    if (
        effect.kind is not EffectKind.CREATE
        or by is None
        or by.program not in _BRINGS_SOURCES
        or by.start > command.start
    ):
        return False
    return effect.recursive and command.cwd is not None and is_below(command.cwd, effect.path) and command.cwd != "/"


def _folder(tree: Effect, command: Invocation) -> str:
    """What of a tree belongs to the sources: the clone, or the first folder below the place of an archive."""
    cwd = command.cwd or ""
    if tree.command and tree.command.program == "git":
        return tree.path
    rest = cwd[len(tree.path.rstrip("/")) :].strip("/").partition("/")[0]
    return f"{tree.path.rstrip('/')}/{rest}" if rest else tree.path


def _deletes(effect: Effect, command: Invocation) -> bool:
    """Whether an effect deletes or moves the sources, or may do so by a pattern or an unknown path."""
    if effect.kind not in (EffectKind.DELETE, EffectKind.MOVE) or effect.command is None or effect.cache_of:
        return False
    if effect.command.start < command.start:
        return False
    cwd = command.cwd or ""
    is_unclear = not is_exact(effect.path) and not effect.path.startswith(("/var/", "/usr/share/", "~/.cache"))
    return is_unclear or effect.covers(cwd) or is_below(cwd, effect.path) or effect.path.startswith("?")


def _fix(folder: str, command: Invocation, model: Model) -> Fix | None:
    name = folder.rpartition("/")[2].encode()
    if (
        command.is_wrapped
        or command.is_conditional
        or not _PLAIN.fullmatch(folder)
        or name in model.data[command.end :]
    ):
        return None
    edits = append(command.run.scripts[0], f"rm -rf {folder}") if command.run.scripts else None
    return Fix(Safety.UNSAFE, "delete the sources at the end of the RUN", edits) if edits else None
