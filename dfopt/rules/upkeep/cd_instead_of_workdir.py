"""The rule `cd-instead-of-workdir`."""

import re
from collections.abc import Iterator

from dfopt.model.effects.effect import EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.paths import UNKNOWN_FOLDER, is_exact, join_path
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.bases import folder_at
from dfopt.rules.chains import Edits, delete
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.distributions import runs_as_root
from dfopt.rules.editing import insert_after, insert_before, remove
from dfopt.rules.merging import split
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.workdirs import Folders, has_relative_mount
from dfopt.syntax.commands import Context, Word

_CLEANS_UP = (PackageAction.REMOVE, PackageAction.CLEAN)
_SYSTEM_MANAGERS = frozenset({"apk", "apt", "dnf", "pacman", "yum", "zypper"})
_ASKS = frozenset("apt-mark arch date dpkg getconf id mktemp nproc uname".split())
_ALWAYS_THERE = frozenset("/ /etc /home /opt /root /srv /tmp /usr /usr/bin /usr/local".split())
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_PLAIN = re.compile(r"(?:[\w./-]|\$\w+|\$\{\w+\})+")


class CdInsteadOfWorkdir(Rule):
    """A RUN changes the folder by itself.

    ## What it does

    Reports the first `cd` of a RUN where WORKDIR could do the same. Left alone is a `cd` inside a subshell, a
    condition, a loop or a substitution, one that only goes back (`cd -`), one into a folder that the RUN removes,
    and one in the middle of a RUN that cleans up behind it: to split such a RUN would leave in the image what it
    deletes.

    ## Why is this bad

    The folder is forgotten at the end of the RUN, so every other RUN has to say it again, and readers have to follow
    each `cd` to know where a command runs. WORKDIR says it once, for RUN, COPY and CMD alike.

    ## Example

    ```dockerfile
    FROM node:22-slim
    COPY . /app
    RUN cd /app && npm ci
    ```

    ```dockerfile
    FROM node:22-slim
    WORKDIR /app
    COPY . .
    RUN npm ci
    ```

    ## Fix safety

    A `cd` into the folder in which the RUN starts anyway is taken out, and so is one at the end of a RUN, where the
    shell that went there ends: safe. A `cd` that stands in front of all that
    asks for the folder becomes a WORKDIR in front of the RUN, and so does the `mkdir` before it, since WORKDIR makes
    the folder as root does. Where something behind the RUN would notice the other
    folder, or where containers would start in it, a second WORKDIR goes back to the one before: safe, too, as each
    command runs where it did. Where the folder before is that of a base image of which that is not known, the fix is
    unsafe, since containers then start in the new folder, and there is none if the build would notice. A RUN with the
    `cd` further down is split in two where the second part needs nothing that the shell of the first one knows: unsafe,
    since what the second part changes of the first one's files ships twice.
    """

    id = "cd-instead-of-workdir"
    aliases = ("DL3003",)
    help = "put WORKDIR in front of the RUN"
    fix_safety = Safety.UNSAFE
    commands = ("cd",)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        folders = Folders(stage)
        for run in stage.runs:
            command = next((each for each in run.commands_named("cd") if _could_be_workdir(each)), None)
            if command:
                message = f"the RUN goes to {command.operands[0].value} by itself"
                yield Finding(command, message, fix=_fix(command, folders))


def _could_be_workdir(command: Invocation) -> bool:
    if command.context or command.is_conditional or not command.operands or command.operands[0].value == "-":
        return False
    if _removes_folder(command):
        return False
    return _leads(command) or not _cleans_up_later(command)


def _leads(command: Invocation) -> bool:
    """Whether nothing that is in front of it cares for the folder."""
    return all(_ignores_folder(each) for each in command.run.commands[: command.index])


def _ignores_folder(command: Invocation) -> bool:
    if command.redirects or command.context:
        return not command.redirects and command.context == (Context.SUBSTITUTION,) and command.program in _ASKS
    if command.program == "mkdir":
        return all(command.path(word).startswith("/") for word in command.operands)
    if command.program == "rm":
        return all(command.value(word).startswith("/") for word in command.operands)
    packages = command.package_command
    if packages:
        return packages.manager in _SYSTEM_MANAGERS and not any(each.is_path for each in packages.packages)
    if any("PWD" in each.value.text for each in command.assignments):
        return False
    return command.program in ("", "set")


def _removes_folder(command: Invocation) -> bool:
    """Whether the RUN deletes the folder again."""
    folder = command.path(command.operands[0])
    return any(
        effect.kind in (EffectKind.DELETE, EffectKind.MOVE)
        and effect.command is not None
        and effect.command.start > command.start
        and effect.covers(folder)
        for effect in command.run.effects
    )


def _cleans_up_later(command: Invocation) -> bool:
    """Whether the RUN deletes something behind the command."""
    if any(each.action in _CLEANS_UP and each.start > command.start for each in command.run.package_commands):
        return True
    return any(each.program in ("rm", "rmdir", "unlink") for each in command.following)


def _fix(command: Invocation, folders: Folders) -> Fix | None:
    run, word = command.run, command.operands[0]
    if not command.following and command.end == max(each.end for each in run.commands):
        return _fix_of_last(command)
    before = folder_at(run.stage, run.instruction)
    folder = _seen_from(before, command.path(word))
    edits = delete(command)
    if edits is None or folder is None:
        return None
    if folder == _seen_from(before, command.cwd or UNKNOWN_FOLDER):
        return Fix(Safety.SAFE, "take out the cd into the folder that is there anyway", edits)
    written = folder if word.is_static else _as_workdir(command, word, before or "/")
    if written is None or run.is_trigger or _goes_back(command) or has_relative_mount(run):
        return None
    if not _leads(command):
        parts = split(command, f"WORKDIR {written}")
        fix = _with_way_back(run, before, parts, folders) if parts else None
        return (
            Fix(Safety.UNSAFE, "split the RUN at the cd, with WORKDIR between", fix.edits, fix.declares)
            if fix
            else None
        )
    maker = _maker(folder, command)
    if maker:
        edits = (*(delete(maker) or ()), *edits)
    elif not _is_there(folder, command, folders):
        return None
    edits += insert_before(run.stage.model.tree, run.instruction, f"WORKDIR {written}")
    return _with_way_back(run, before, edits, folders)


def _fix_of_last(command: Invocation) -> Fix | None:
    """The fix of a `cd` behind which the RUN ends, and with it the shell that went there."""
    if command.index == 0 and not command.run.is_trigger and (edits := remove(command.run.instruction)):
        return Fix(Safety.SAFE, "take out the RUN, which does nothing else", edits, frozenset({Change.INSTRUCTIONS}))
    rest = delete(command)
    return Fix(Safety.SAFE, "take out the cd, which nothing follows", rest) if rest else None


def _with_way_back(run: RunFacts, before: str | None, edits: Edits, folders: Folders) -> Fix | None:
    """The fix with what makes all that follows run in the folder it ran in."""
    ahead = folders.ahead_of(run.instruction)
    if ahead.is_reset:
        return Fix(Safety.SAFE, "put WORKDIR in front", edits, frozenset({Change.INSTRUCTIONS}))
    back = insert_after(run.stage.model.tree, ahead.last_of_its_own, f"WORKDIR {before}") if before else None
    if back:
        is_said = run.workdir is not None
        declares = frozenset({Change.INSTRUCTIONS} if is_said else {Change.INSTRUCTIONS, Change.WORKDIR})
        return Fix(Safety.SAFE, "put WORKDIR in front, and one back behind it", edits + back, declares)
    if ahead.notices:
        return None
    return Fix(Safety.UNSAFE, "put WORKDIR in front", edits, frozenset({Change.INSTRUCTIONS, Change.WORKDIR}))


def _seen_from(before: str | None, path: str) -> str | None:
    """A path made absolute; None where it is not known."""
    folder = path if path.startswith("/") or before is None else join_path(before, path)
    return folder if folder.startswith("/") and is_exact(folder) and "?" not in folder else None


def _as_workdir(command: Invocation, word: Word, before: str) -> str | None:
    """A word with variables of the Dockerfile as WORKDIR has to have it, absolute by the folder before."""
    text = word.text[1:-1] if word.text.startswith('"') and word.text.endswith('"') else word.text
    is_known = all(name in command.run.env for names in _VARIABLE.findall(text) for name in names if name)
    if not is_known or not _PLAIN.fullmatch(text):
        return None
    return text if command.value(word).startswith("/") else f"{before.rstrip('/')}/{text.removeprefix('./')}"


def _is_there(folder: str, command: Invocation, folders: Folders) -> bool:
    """Whether WORKDIR can't make a folder that would come to be otherwise later in the RUN."""
    in_front = command.run.commands[: command.index]
    if all(each.program == "set" for each in in_front) or folder in _ALWAYS_THERE:
        return True
    if any(_makes(folder, each) for each in in_front):
        return runs_as_root(command.run) is True and not any(each.is_wrapped for each in in_front)
    return folders.exists_before(folder, command.run.instruction)


def _maker(folder: str, command: Invocation) -> Invocation | None:
    """The `mkdir` in front of a `cd` that makes no other folder, and makes it as WORKDIR does."""
    in_front = command.run.commands[: command.index]
    found = next((each for each in in_front if each.program == "mkdir" and len(each.operands) == 1), None)
    if found is None or found.path(found.operands[0]) != folder or found.is_wrapped:
        return None
    has_own_way = found.has_option("-m", "--mode", "-Z", "--context")
    return found if runs_as_root(command.run) is True and not has_own_way and delete(found) else None


def _makes(folder: str, command: Invocation) -> bool:
    """Whether a command makes a folder as WORKDIR would."""
    if command.program != "mkdir" or not command.has_option("-p", "--parents") or command.has_option("-m", "--mode"):
        return False
    return folder in [command.path(word) for word in command.operands]


def _goes_back(command: Invocation) -> bool:
    return any(each.program == "cd" and "-" in [word.value for word in each.arguments] for each in command.following)
