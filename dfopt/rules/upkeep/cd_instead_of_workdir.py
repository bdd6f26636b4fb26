"""The rule `cd-instead-of-workdir`."""

import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from itertools import takewhile
from typing import NamedTuple

from dfopt.model.effects.effect import Effect, EffectKind
from dfopt.model.effects.programs import clone_operands
from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.paths import UNKNOWN_FOLDER, is_below, is_exact, join_path
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.chains import Edits, delete, replace_word
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import insert_after, insert_before, remove
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import base_of, folder_at
from dfopt.rules.shared.merging import split
from dfopt.rules.shared.whereabouts import clones_from_elsewhere, ignores_folder, own_files
from dfopt.rules.shared.workdirs import Folders, has_relative_mount, surely_root
from dfopt.syntax.commands import Word

_CLEANS_UP = (PackageAction.REMOVE, PackageAction.CLEAN)
_ADDS_USERS = frozenset({"adduser", "useradd", "usermod"})
_MAKE_NOTHING = frozenset(
    " : chmod chown date dpkg-architecture echo export false nproc printf set true uname".split(" ")
)
_WORK_ANYWHERE = frozenset(" : apt-mark chmod chown echo export ldconfig ln mkdir rm rmdir set true unset".split(" "))
_ALWAYS_THERE = frozenset("/ /etc /home /opt /root /srv /tmp /usr /usr/bin /usr/local".split())
_PHP_SOURCE = "/usr/src/php"
_HOME = re.compile(r"\$(?:HOME\b|\{HOME\})")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_PLAIN = re.compile(r"(?:[\w./-]|\$\w+|\$\{\w+\})+")


class CdInsteadOfWorkdir(Rule):
    """A RUN changes the folder by itself.

    ## What it does

    Reports each `cd` of a RUN where WORKDIR could do the same, or that nothing needs. Left alone is a `cd` inside a
    subshell, a condition, a loop or a substitution, one that only goes back (`cd -`), and one in the middle of a RUN
    that cleans up behind it, where what is in front of it needs the folder before: to split such a RUN would leave in
    the image what it deletes.

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

    Safe is to take out a `cd` into the folder in which the RUN starts anyway, one at the end of a RUN, where the shell
    that went there ends, and one behind which nothing cares for the folder: what follows names its files by absolute
    paths, or is an `rm` that the fix makes do so.

    A `cd` becomes a WORKDIR in front of the RUN where all that stands before it does the same in any folder: packages
    are installed by their names, files are named by absolute paths, or are downloads that are removed again before the
    `cd`. The `mkdir` or `git clone` that makes the folder may stand there, too: WORKDIR makes the folder as `mkdir`
    does for root, and the clone then goes into it. Where something behind the RUN would notice the other
    folder, or where containers would start in it, a second WORKDIR goes back to the one before: safe, too, as each
    command runs where it did. It is unsafe where the folder may come from what the RUN does before, such as a package
    or an archive: WORKDIR makes it first, as root's and with mode 0755, which what comes later may not change, and what
    would put a link there fails.

    Where the folder before is that of a base image of which that is not known, the fix is
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
            changes = [each for each in run.commands_named("cd") if not each.context and not each.is_conditional]
            idle = [each for each in changes if _is_idle(each)] if changes else []
            for command, fix in _findings(changes, idle, folders):
                folder = command.operands[0].value if command.operands else "~"
                yield Finding(command, f"the RUN goes to {folder} by itself", fix=fix)


def _findings(
    changes: list[Invocation], idle: list[Invocation], folders: Folders
) -> list[tuple[Invocation, Fix | None]]:
    """Each `cd` of a RUN to report and its fix; the first fix takes out those that are idle."""
    found: list[tuple[Invocation, Fix | None]] = []
    passed: list[Invocation] = []
    for command in [each for each in changes if each not in idle]:
        needless = [*idle, *passed]
        is_on_the_way = passed and _leads_to(command, passed) and _leads(command, needless)
        fix = _fix(command, needless, folders) if is_on_the_way else None
        if fix:
            found = [(command, fix)]
        elif _could_be_workdir(command, idle):
            is_first = not any(other for _, other in found)
            found.append((command, _fix(command, idle if is_first else [], folders)))
        else:
            continue
        passed.append(command)
    return found or [(each, _fix(each, idle, folders)) for each in _alone(idle, changes)]


def _leads_to(command: Invocation, passed: list[Invocation]) -> bool:
    """Whether all between several `cd` and the one behind them does but make the folder that this goes to."""
    between = [each for each in command.run.commands[passed[0].index : command.index] if each not in passed]
    return all(ignores_folder(each) or _makes_only(_target(command), each, ()) for each in between)


def _alone(idle: list[Invocation], changes: list[Invocation]) -> list[Invocation]:
    """The `cd` of a RUN to report where no other could be a WORKDIR."""
    return idle[:1] if idle == changes else [each for each in idle if _ends_run(each)]


def _could_be_workdir(command: Invocation, idle: Collection[Invocation]) -> bool:
    if [word.value for word in command.operands] == ["-"]:
        return False
    if command.operands and not _cleans_up_later(command) and not _removes_folder(command):
        return True
    return _leads(command, idle)


def _target(command: Invocation) -> str:
    """The folder that a `cd` goes to."""
    home = command.variables.get("HOME", UNKNOWN_FOLDER)
    return _full(command.path(command.operands[0]) if command.operands else home, command.run)


def _full(path: str, run: RunFacts) -> str:
    """A path of a RUN made absolute where that can be."""
    if path.startswith("/"):
        return path
    return _seen_from(folder_at(run.stage, run.instruction), path) or path


def _reaches(effect: Effect, folder: str, run: RunFacts) -> bool:
    """Whether an effect is about all that is in a folder."""
    path = _full(effect.path, run)
    if "*" in path:
        return fnmatchcase(folder, path) or (effect.recursive and fnmatchcase(folder, f"{path}/*"))
    return path == folder or (effect.recursive and is_below(folder, path))


def _takes_away(effect: Effect, folder: str, run: RunFacts) -> bool:
    """Whether a folder is gone after an effect."""
    if effect.kind not in (EffectKind.DELETE, EffectKind.MOVE) or not _reaches(effect, folder, run):
        return False
    return not effect.contents_only or _full(effect.path, run) != folder


def _in_front_of(command: Invocation) -> tuple[Invocation, ...]:
    return command.run.commands[: command.index]


def _leads(command: Invocation, idle: Collection[Invocation]) -> bool:
    """Whether nothing that is in front of it cares for the folder, or but makes the one it goes to."""
    in_front, folder = [each for each in _in_front_of(command) if each not in idle], _target(command)
    own = own_files(in_front)
    if any(_spoils(folder, each, own) for each in in_front):
        return False
    return all(ignores_folder(each, own) or _makes_only(folder, each, own) for each in in_front)


def _spoils(folder: str, command: Invocation, own: Collection[str]) -> bool:
    """Whether a command in front of a `cd` would do otherwise, or undo WORKDIR, if the folder were there before it."""
    if command.program in _ADDS_USERS:
        return folder.startswith("/home/") or folder in [command.value(word) for word in command.arguments]
    if command.program.startswith("docker-php-ext-") and is_below(folder, _PHP_SOURCE):
        return True
    run = command.run
    for effect in [each for each in run.effects if each.command is command]:
        path = _full(effect.path, run)
        if _takes_away(effect, folder, run):
            return True
        is_around = effect.kind is EffectKind.CREATE and path != "/" and is_below(folder, path)
        if is_around and not _bears(path == folder, command, own):
            return True
    return False


def _bears(is_folder_itself: bool, command: Invocation, own: Collection[str]) -> bool:
    """Whether a command that makes a folder, or one around it, does the same where it is there with its own files."""
    if command.program == "mkdir":
        return not _has_own_way(command) and (command.has_option("-p", "--parents") or is_folder_itself)
    if command.program == "git":
        return is_folder_itself and not own
    return command.program == "tar" or (command.program in ("docker-php-source", "unzip") and is_folder_itself)


def _makes_only(folder: str, command: Invocation, own: Collection[str]) -> bool:
    """Whether a command makes nothing in the folder it runs in but the one that the `cd` goes to."""
    if command.program == "mkdir":
        return _makes_folders(command) == [folder]
    words = clone_operands(command)
    if not words or own or command.redirects or not clones_from_elsewhere(command):
        return False
    return _makes(folder, command)


def _makes_folders(command: Invocation) -> list[str]:
    """The folders that `mkdir` makes."""
    return [_full(command.path(word), command.run) for word in command.operands]


def _is_idle(command: Invocation) -> bool:
    """Whether nothing behind a `cd` cares where it went, up to the next one that says a whole path."""
    following = list(takewhile(lambda each: not _goes_far(each), command.following))
    if not all(ignores_folder(each) or _relative_removals(each) for each in following):
        return False
    run = command.run
    folders = [_full(folder, run) for folder in (command.cwd or UNKNOWN_FOLDER, ".")]
    is_gone = any(_takes_away(each, folder, run) for each in run.effects for folder in folders)
    return not is_gone or all(_needs_no_folder(each) for each in following)


def _goes_far(command: Invocation) -> bool:
    if command.program != "cd" or command.context or command.connector == "||" or not command.operands:
        return False
    return command.value(command.operands[0]).startswith("/")


def _needs_no_folder(command: Invocation) -> bool:
    """Whether a command works in a folder that has been removed."""
    packages = command.package_command
    return command.program in _WORK_ANYWHERE or (packages is not None and packages.manager in ("apk", "apt"))


def _relative_removals(command: Invocation) -> dict[Word, str]:
    """The words of an `rm` that have to be written otherwise in another folder, and how; empty where that can't be."""
    if command.program != "rm" or command.redirects:
        return {}
    paths = {word: _full(command.path(word), command.run) for word in command.operands}
    words = {word: path for word, path in paths.items() if not command.value(word).startswith("/")}
    is_known = all(word.is_static and word.text == word.value and path.startswith("/") for word, path in words.items())
    return words if is_known and all(map(is_exact, words.values())) else {}


def _removes_folder(command: Invocation) -> bool:
    """Whether the RUN deletes the folder again."""
    folder, run = _target(command), command.run
    behind = [each for each in run.effects if each.command is not None and each.command.start > command.start]
    return any(_takes_away(each, folder, run) for each in behind)


def _cleans_up_later(command: Invocation) -> bool:
    """Whether the RUN deletes something behind the command."""
    if any(each.action in _CLEANS_UP and each.start > command.start for each in command.run.package_commands):
        return True
    return any(each.program in ("rm", "rmdir", "unlink") for each in command.following)


def _fix(command: Invocation, idle: Collection[Invocation], folders: Folders) -> Fix | None:
    run = command.run
    if _ends_run(command):
        return _fix_of_last(command)
    rest = _without(idle)
    if command in idle:
        title = "take out the cd, as what follows names all paths in full"
        return Fix(Safety.SAFE, title, rest) if rest is not None else None
    before = folder_at(run.stage, run.instruction)
    folder = _seen_from(before, _target(command))
    here = _seen_from(before, command.cwd or UNKNOWN_FOLDER)
    edits = delete(command)
    if edits is None or folder is None or rest is None:
        return None
    if folder == here and not run.is_trigger and not folders.may_be_elsewhere(folder, run.instruction):
        return Fix(Safety.SAFE, "take out the cd into the folder that is there anyway", edits)
    written = _written(command, folder, here or UNKNOWN_FOLDER)
    if written is None or run.is_trigger or _goes_back(command) or has_relative_mount(run):
        return None
    if not _leads(command, idle):
        parts = split(command, f"WORKDIR {written}")
        title = "split the RUN at the cd, with WORKDIR between"
        return _with_way_back(run, before, (*parts, *rest), folders, Way(Safety.UNSAFE, title)) if parts else None
    makers = _makers(folder, command)
    safety = _safety(folder, command, folders)
    if makers is None or safety is None:
        return None
    edits = (*makers, *edits, *rest, *insert_before(run.stage.model.tree, run.instruction, f"WORKDIR {written}"))
    return _with_way_back(run, before, edits, folders, Way(safety, is_removed=_removes_folder(command)))


def _ends_run(command: Invocation) -> bool:
    return not command.following and command.end == max(each.end for each in command.run.commands)


def _without(idle: Collection[Invocation]) -> Edits | None:
    """The edits that take out each `cd` behind which nothing cares for the folder."""
    edits: Edits = ()
    for command in idle:
        taken_out = delete(command)
        if taken_out is None:
            return None
        edits += taken_out
        for word, path in _relative_removals_behind(command):
            changed = replace_word(word, path)
            if changed is None:
                return None
            edits += changed
    return edits


def _relative_removals_behind(command: Invocation) -> Iterator[tuple[Word, str]]:
    for each in takewhile(lambda each: each.program != "cd" or each.context, command.following):
        yield from () if ignores_folder(each) else _relative_removals(each).items()


def _fix_of_last(command: Invocation) -> Fix | None:
    """The fix of a `cd` behind which the RUN ends, and with it the shell that went there."""
    if command.index == 0 and not command.run.is_trigger and (edits := remove(command.run.instruction)):
        return Fix(Safety.SAFE, "take out the RUN, which does nothing else", edits, frozenset({Change.INSTRUCTIONS}))
    rest = delete(command)
    return Fix(Safety.SAFE, "take out the cd, which nothing follows", rest) if rest else None


class Way(NamedTuple):
    """How a fix brings the RUN into another folder, and whether that folder is gone behind it."""

    safety: Safety
    title: str = "put WORKDIR in front"
    is_removed: bool = False


def _with_way_back(run: RunFacts, before: str | None, edits: Edits, folders: Folders, way: Way) -> Fix | None:
    """The fix with what makes all that follows run in the folder it ran in."""
    ahead = folders.ahead_of(run.instruction)
    if ahead.is_left if way.is_removed else ahead.is_reset:
        return Fix(way.safety, way.title, edits, frozenset({Change.INSTRUCTIONS}))
    last = run.instruction if way.is_removed else ahead.last_of_its_own
    back = insert_after(run.stage.model.tree, last, f"WORKDIR {before}") if before else None
    if back:
        is_said = run.workdir is not None
        declares = frozenset({Change.INSTRUCTIONS} if is_said else {Change.INSTRUCTIONS, Change.WORKDIR})
        return Fix(way.safety, f"{way.title}, and one back behind it", edits + back, declares)
    if ahead.notices or way.is_removed:
        return None
    return Fix(Safety.UNSAFE, way.title, edits, frozenset({Change.INSTRUCTIONS, Change.WORKDIR}))


def _seen_from(before: str | None, path: str) -> str | None:
    """A path made absolute; None where it is not known."""
    folder = path if path.startswith("/") or before is None else join_path(before, path)
    return folder if folder.startswith("/") and is_exact(folder) and "?" not in folder else None


def _written(command: Invocation, folder: str, here: str) -> str | None:
    """The folder as WORKDIR has to have it, absolute by the one before, with the variables of the Dockerfile."""
    word = command.operands[0] if command.operands else None
    if word and word.is_static and not word.value.startswith("~"):
        return folder
    text = word.text.removeprefix('"').removesuffix('"') if word else "~"
    if (text.startswith("~") or _HOME.match(text)) and "HOME" not in command.run.env:
        return folder if surely_root(command.run) and base_of(command.stage) else None
    is_known = all(name in command.run.env for names in _VARIABLE.findall(text) for name in names if name)
    if word is None or not is_known or not _PLAIN.fullmatch(text):
        return None
    if command.value(word).startswith("/"):
        return text
    return f"{here.rstrip('/')}/{text.removeprefix('./')}" if here.startswith("/") else None


def _safety(folder: str, command: Invocation, folders: Folders) -> Safety | None:
    """How safe WORKDIR is in that it may make a folder that would come to be otherwise later in the RUN."""
    in_front = _in_front_of(command)
    if folder in _ALWAYS_THERE or all(each.program in _MAKE_NOTHING for each in in_front):
        return Safety.SAFE
    if folders.exists_before(folder, command.run.instruction):
        return Safety.SAFE
    if not surely_root(command.run):
        return None
    return Safety.SAFE if any(_makes(folder, each) for each in in_front) else Safety.UNSAFE


def _makers(folder: str, command: Invocation) -> Edits | None:
    """The edits of what stands in front and makes the folder, which is there then."""
    edits: Edits = ()
    for each in _in_front_of(command):
        if each.program == "mkdir" and _makes_folders(each) == [folder]:
            if each.is_wrapped:
                return None
            taken_out = delete(each) if surely_root(each.run) else None
            if taken_out is None and not (_makes(folder, each) and each.value(each.operands[0]).startswith("/")):
                return None
            edits += taken_out or ()
        words = clone_operands(each)
        if words and not ignores_folder(each):
            into_itself = replace_word(words[-1], f"{words[0].text} ." if len(words) == 1 else ".")
            if into_itself is None:
                return None
            edits += into_itself
    return edits


def _makes(folder: str, command: Invocation) -> bool:
    """Whether a command makes a folder as WORKDIR would."""
    if command.is_wrapped or command.program not in ("docker-php-source", "git", "mkdir", "tar", "unzip"):
        return False
    made = [each for each in command.run.effects if each.command is command and each.kind is EffectKind.CREATE]
    return not _has_own_way(command) and folder in [_full(each.path, command.run) for each in made]


def _has_own_way(command: Invocation) -> bool:
    return command.program == "mkdir" and command.has_option("-m", "--mode", "-Z", "--context")


def _goes_back(command: Invocation) -> bool:
    return any(each.program == "cd" and "-" in [word.value for word in each.arguments] for each in command.following)
