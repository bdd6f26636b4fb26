"""The gate: what must hold between a file and its fixed version, one function a check.

Each check gives None, or says what is wrong with the result. What a fix may change is what it declares.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dfopt.cached import cached_property
from dfopt.model.config import Config
from dfopt.model.managers import PackageAction
from dfopt.model.model import Model, with_triggers
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix
from dfopt.syntax import second_reader
from dfopt.syntax.blanking import join
from dfopt.syntax.continuations import joined
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Dockerfile, Env, Instruction, Label
from dfopt.syntax.words import WordError, unquote

_GLUED_WORD = re.compile(rb"(?<=[\s;&|(])\\[ \t]+[^\s;&|)]*")
_INSTALL = re.compile(
    r"\b(apk|apt|apt-get|aptitude|conda|dnf|gem|microdnf|npm|pacman|pip3?|yum|zypper)\b[^;&|\n]*?\b(?:install|add|-S\w*)\b([^;&|\n]*)"
)
_PACKAGE = re.compile(r"[A-Za-z0-9][\w.+:@/=<>~!*-]*")
_SHELL_COMMENT = re.compile(r"(?<=\s)#.*")
_VERSION = re.compile(r"[=<>~!@]")
_COMMENT = re.compile(rb"^[^\S\n]*(#[^\n]*?)\s*$", re.MULTILINE)
_BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")

_CONFIGURED = {
    Change.CMD: ("cmd",),
    Change.ENTRYPOINT: ("entrypoint",),
    Change.ENV: ("env",),
    Change.EXPOSE: ("exposed",),
    Change.HEALTHCHECK: ("healthcheck",),
    Change.LABEL: ("labels", "maintainer"),
    Change.ONBUILD: ("onbuild",),
    Change.SHELL: ("shell",),
    Change.STOPSIGNAL: ("stopsignal",),
    Change.USER: ("user",),
    Change.VOLUME: ("volumes",),
    Change.WORKDIR: ("workdir",),
}
"""The fields of a stage's configuration that each declaration lets change."""


@dataclass(frozen=True)
class Rewrite:
    """A file before and after some fixes, all of them made against the file before."""

    before: Model
    after: Model
    fixes: tuple[Fix, ...]

    def may_change(self, change: Change) -> bool:
        """Whether a fix declares the change."""
        return any(change in fix.declares for fix in self.fixes)

    @cached_property
    def edits(self) -> list[Edit]:
        """All edits in the order of the file."""
        return sorted(edit for fix in self.fixes for edit in fix.edits)


Check = Callable[[Rewrite], str | None]


def objection(rewrite: Rewrite) -> str | None:
    """Why a rewrite must not be kept; None where it may."""
    return next((reason for check in CHECKS if (reason := check(rewrite))), None)


def other_bytes_kept(rewrite: Rewrite) -> str | None:
    """All bytes outside the edits are the same."""
    before, after = rewrite.before.data, rewrite.after.data
    at_before = at_after = 0
    for start, end, text in (*rewrite.edits, Edit(len(before), len(before), "")):
        kept = before[at_before:start]
        if after[at_after : at_after + len(kept)] != kept:
            return f"the bytes from offset {at_before} on would change outside of the edits"
        at_before, at_after = end, at_after + len(kept) + len(text.encode("utf-8", "surrogateescape"))
    return None if at_after == len(after) else "the file would have bytes that no edit wrote"


def parses(rewrite: Rewrite) -> str | None:
    """The parser finds no problem that was not there."""
    known = Counter([problem.code for problem in rewrite.before.tree.problems])
    found = Counter([problem.code for problem in rewrite.after.tree.problems])
    new = next((problem for problem in rewrite.after.tree.problems if found[problem.code] > known[problem.code]), None)
    return f"the result can't be read: {new.message} (line {new.span.start.line})" if new else None


def readers_agree(rewrite: Rewrite) -> str | None:
    """A second reader finds the same instructions; where it did not before, it errs no more than it did."""
    before, after = _keywords(rewrite.before.tree), _keywords(rewrite.after.tree)
    was, now = second_reader.keywords(rewrite.before.tree), second_reader.keywords(rewrite.after.tree)
    if was == before:
        agree = now == after
    else:
        was_counted, now_counted = Counter(was), Counter(now)
        invented = (now_counted - Counter(after)) - (was_counted - Counter(before))
        missed = (Counter(after) - now_counted) - (Counter(before) - was_counted)
        agree = not invented and not missed
    return None if agree else "dockerfile-parse reads other instructions in the result"


def directives_kept(rewrite: Rewrite) -> str | None:
    """The parser directives are the same: neither is one lost nor a comment become one."""
    was, now = rewrite.before.tree, rewrite.after.tree
    same = [each.token.text for each in was.directives] == [each.token.text for each in now.directives]
    return None if same and was.escape == now.escape else "the parser directives would change"


def instructions_as_declared(rewrite: Rewrite) -> str | None:
    """Every instruction keeps its keyword and its turn, but for those that a declaring fix touches."""
    was, now = _all_instructions(rewrite.before), _all_instructions(rewrite.after)
    if not rewrite.may_change(Change.INSTRUCTIONS):
        same = [each.keyword for each in was] == [each.keyword for each in now]
        return None if same else "the sequence of instructions would change"
    edits = [edit for fix in rewrite.fixes if Change.INSTRUCTIONS in fix.declares for edit in fix.edits]
    left = iter([each.keyword for each in now])
    for instruction in was:
        if not _is_touched(instruction, edits) and instruction.keyword not in left:
            return f"{instruction.keyword} of line {instruction.span.start.line} would be lost"
    return None


def stages_as_declared(rewrite: Rewrite) -> str | None:
    """The stages, what they are built from and what they take from each other are the same."""
    was, now = rewrite.before.stages, rewrite.after.stages
    if len(was) != len(now):
        return None if rewrite.may_change(Change.INSTRUCTIONS) else "the number of stages would change"
    for before, after in zip(was, now, strict=True):
        if (before.name or "").lower() != (after.name or "").lower():
            return f"the stage {before.name or before.index} would have another name"
        if _base(before) != _base(after) and not rewrite.may_change(Change.BASE):
            return f"the base of {_title(before)} would change"
        if [each.index for each in before.dependencies] != [each.index for each in after.dependencies]:
            return f"{_title(before)} would depend on other stages"
    return None


def configuration_as_declared(rewrite: Rewrite) -> str | None:
    """The effective configuration of every stage is the same."""
    for before, after in zip(rewrite.before.stages, rewrite.after.stages, strict=False):
        if difference := _difference(rewrite, before.config, after.config):
            return f"{difference} of {_title(before)} would change"
    return None


def surroundings_as_declared(rewrite: Rewrite) -> str | None:
    """Every instruction runs with the same user, folder, shell and variables."""
    was, now = _all_instructions(rewrite.before), _all_instructions(rewrite.after)
    if [each.keyword for each in was] != [each.keyword for each in now]:
        return None
    for before, after in zip(was, now, strict=True):
        configs = rewrite.before.config_at(before), rewrite.after.config_at(after)
        if difference := _difference(rewrite, *configs):
            return f"{before.keyword} of line {before.span.start.line} would run with another {difference}"
    return None


def shell_sound(rewrite: Rewrite) -> str | None:
    """No RUN has a syntax error that was not there."""
    was, now = rewrite.before.runs, rewrite.after.runs
    if sum(_has_error(run) for run in now) <= sum(_has_error(run) for run in was):
        return None
    return "a RUN would have a shell syntax error"


def forms_kept(rewrite: Rewrite) -> str | None:
    """Every RUN stays in exec or in shell form, as an array that can't be read becomes a script in silence.

    Only such a script may become the array that it was meant to be.
    """
    was, now = rewrite.before.runs, rewrite.after.runs
    if len(was) != len(now):
        return None
    pairs = zip(was, now, strict=True)
    differing = (each for each, after in pairs if each.is_exec_form != after.is_exec_form)
    changed = next((each for each in differing if each.is_exec_form or not _is_meant_as_array(each)), None)
    return f"RUN of line {changed.instruction.span.start.line} would change its form" if changed else None


def packages_kept(rewrite: Rewrite) -> str | None:
    """Every package that was installed still is, also where only the text tells that something is installed."""
    if rewrite.may_change(Change.PACKAGES):
        return None
    lost = _packages(rewrite.before) - _packages(rewrite.after)
    if not lost:
        lost = _install_words(rewrite.before) - _install_words(rewrite.after)
    return f"no longer installed: {', '.join(sorted(name for _, name in lost))}" if lost else None


def no_word_glued(rewrite: Rewrite) -> str | None:
    """No command gets an argument that starts with an escaped blank, as a continuation with blanks behind it makes."""
    glued = _glued_words(rewrite.after) - _glued_words(rewrite.before)
    return f"a blank would become a part of {next(iter(glued)).decode(errors='replace')!r}" if glued else None


def values_kept(rewrite: Rewrite) -> str | None:
    """Every ENV and LABEL sets the same values in the same order."""
    for kind, change in ((Env, Change.ENV), (Label, Change.LABEL)):
        was, now = list(_values(rewrite.before, kind)), list(_values(rewrite.after, kind))
        if was != now and not rewrite.may_change(change):
            return f"{change.name} would set other values"
    return None


def comments_kept(rewrite: Rewrite) -> str | None:
    """All lines of comment are still there."""
    lost = _comments(rewrite.before.data) - _comments(rewrite.after.data)
    return f"the comment {next(iter(lost)).decode(errors='replace')!r} would be lost" if lost else None


def lines_sound(rewrite: Rewrite) -> str | None:
    """No instruction runs on into the blank line or comment below it, and line ends are those of the file."""
    before, after = rewrite.before, rewrite.after
    if _open_ends(after.tree) > _open_ends(before.tree):
        return "a continuation would have nothing behind it"
    if b"\r\n" in before.data and not _BARE_LINE_FEED.search(before.data) and _BARE_LINE_FEED.search(after.data):
        return "the file would have two kinds of line ends"
    return None


CHECKS: tuple[Check, ...] = (
    other_bytes_kept,
    parses,
    directives_kept,
    readers_agree,
    instructions_as_declared,
    lines_sound,
    comments_kept,
    forms_kept,
    shell_sound,
    no_word_glued,
    packages_kept,
    values_kept,
    stages_as_declared,
    configuration_as_declared,
    surroundings_as_declared,
)


def _keywords(tree: Dockerfile) -> list[str]:
    return [each.keyword for each in tree.instructions]


def _all_instructions(model: Model) -> list[Instruction]:
    return list(with_triggers(model.tree.instructions))


def _is_touched(instruction: Instruction, edits: list[Edit]) -> bool:
    start, end = instruction.span.start.offset, instruction.span.end.offset
    return any(edit.start < end and edit.end > start for edit in edits)


def _title(stage: Stage) -> str:
    return f"the stage {stage.name}" if stage.name else f"stage {stage.index}"


def _base(stage: Stage) -> tuple[int | str, str | None]:
    """The index of a local stage, or the image, and the platform."""
    local = stage.base_stage
    return local.index if local else stage.base or stage.from_.image.value, stage.platform


def _difference(rewrite: Rewrite, before: Config, after: Config) -> str | None:
    """The first part of the configuration that changes without being declared."""
    for change, fields in _CONFIGURED.items():
        for name in fields:
            if _compared(before, name) != _compared(after, name) and not rewrite.may_change(change):
                return change.name
    return "ARG" if before.args != after.args and not rewrite.may_change(Change.INSTRUCTIONS) else None


def _compared(config: Config, name: str) -> object:
    """A field of the configuration; of what ONBUILD triggers only what is not compared as an instruction of its own."""
    value = getattr(config, name)
    if name != "onbuild":
        return value
    return [trigger for trigger in value if trigger.split(maxsplit=1)[0].upper() not in ("ADD", "COPY", "RUN")]


def _is_meant_as_array(run: RunFacts) -> bool:
    return run.instruction.command.code.lstrip().startswith("[")


def _has_error(run: RunFacts) -> bool:
    return any(script.has_error for script in run.scripts)


def _packages(model: Model) -> Counter[tuple[str, str]]:
    commands = [each for each in model.package_commands if each.action is PackageAction.INSTALL]
    return Counter([(each.manager, package.name) for each in commands for package in each.packages])


def _install_words(model: Model) -> Counter[tuple[str, str]]:
    """What stands behind `install` or `add` in a command that has the name of a package manager anywhere in front."""
    found = [(manager, word.strip("\"'")) for run in model.runs for manager, word in _words_behind_install(run)]
    return Counter([(manager, _VERSION.split(word)[0]) for manager, word in found if _PACKAGE.fullmatch(word)])


def _words_behind_install(run: RunFacts) -> Iterator[tuple[str, str]]:
    code = "".join([part.code for part in (*run.instruction.arguments, *run.instruction.heredocs)])
    for manager, words in _INSTALL.findall(_SHELL_COMMENT.sub("", joined(code, run.instruction.head.escape))):
        yield from ((manager, word) for word in words.split())


def _glued_words(model: Model) -> Counter[bytes]:
    scripts = [script for run in model.runs for script in run.scripts]
    return Counter(
        [word for script in scripts for word in _GLUED_WORD.findall(join(script.source.data, script.source.escape))]
    )


def _values(model: Model, kind: type[Env] | type[Label]) -> Iterator[tuple[str, str]]:
    for instruction in _all_instructions(model):
        if isinstance(instruction, kind):
            for setting in instruction.settings:
                value = setting.value.value if setting.value else ""
                yield _unquoted(setting.name.value, model.escape), _unquoted(value, model.escape)


def _unquoted(word: str, escape: str) -> str:
    try:
        return unquote(word, escape)
    except WordError:
        return word


def _comments(data: bytes) -> Counter[bytes]:
    return Counter(_COMMENT.findall(data))


def _open_ends(tree: Dockerfile) -> int:
    """The instructions whose last line is continued, though nothing of theirs follows."""
    return sum(tree.escape in each.newline.code for each in tree.instructions if each.newline)
