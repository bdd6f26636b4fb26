"""The rule `unquoted-variable`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dfopt.model.model import Model
from dfopt.model.runs import RunFacts
from dfopt.rules.chains import readable
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.expansions import Token, quoted, tokens, unquoted
from dfopt.rules.shared.one_word import Variables, prints_one_thing, prints_one_word, prints_several
from dfopt.syntax.commands import Command, Context, Word
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Instruction, Run
from dfopt.syntax.shell import Script

_INSTALLS = frozenset("apk apt apt-get apt-mark aptitude dnf gem npm pip pip3 yarn yum zypper".split())
_SPLITS_ITSELF = frozenset({"[[", "eval"})
_TESTS = frozenset({"[", "test"})
_TAKE_ONE_PATH = frozenset({"basename", "dirname"})
_COMPARES = frozenset("= == != -eq -ne -lt -le -gt -ge".split())
_READS_TEXT = frozenset({"<<", "<<-", "<<<"})
_LIST = re.compile(r"(?i).*(?:s|arg|dep|extra|flag|list|opt|option|param|pkg|package)\Z")
_SINGULAR = re.compile(
    r"(?i)(?:.*_)?(?:arch|branch|commit|conf|count|cpucount|dir|domain|file|folder|gid|group|hash|home|host|id|key|mirror"
    r"|name|password|path|port|prefix|pwd|ref|repo|root|sha|sum|tag|target|tarball|tmp|uid|url|user|ver|version)\Z"
    r"|\w*(?:Arch|Branch|Dir|File|Home|Name|Path|Url|Version)\Z"
)
_SHOWN = 3


class UnquotedVariable(Rule):
    """A variable of a script is not quoted.

    ## What it does

    Reports the variables of the scripts of RUN that stand without quotes where the shell would split their value into
    words and take `*` and `?` in it as patterns: one finding for those of a RUN that are one word whatever happens,
    and one for those that are meant to be one. Variables whose name or value tells of a list (`$buildDeps`, `$CFLAGS`,
    `$PHPIZE_DEPS`) are left alone, and so are those of ENV and ARG that stand for a single word. `$(nproc)` and its
    like count as variables, and so does each substitution that is a part of a word or prints one path, name or number
    by its nature (`lib/$(basename "$lib")`, `-j$(cat jobs)`, `$(which python3)`).

    ## Why is this bad

    It works until a value has a blank in it, is empty or is a pattern. Then a command gets other words than its line
    shows, and `rm -rf $dir/*` removes what nobody meant.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN set -x && version=1.2 && mkdir -p /opt/app-$version
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN set -x && version=1.2 && mkdir -p "/opt/app-$version"
    ```

    ## Fix safety

    Safe where each value that the script gives the variable is one word without characters of patterns: literal text,
    what `mktemp`, `uname -m`, `dpkg --print-architecture` and the like print, other such variables, and the items of
    the list that a `for` goes through. Where the variable is all of an argument, the command runs only where the
    variable has been set. Such a word is the same with quotes. Unsafe for other variables and substitutions: the value
    is no longer split, as nearly everybody means it where it is a part of a word, and where it is all of an argument
    of which name, command or place (what `[` compares, where `cd` goes, what `echo` prints) tell of one thing. Should
    there be nothing in it against all expectation, the command gets an empty argument and mostly fails, where it did
    something else than its line shows. No fix for what may be a list, or may be empty and is all of another argument.
    """

    id = "unquoted-variable"
    aliases = ("SC2086",)
    severity = Severity.HINT
    help = "put it in double quotes"
    fix_safety = Safety.UNSAFE
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        span = instruction.span
        has_variable = b"$" in model.data[span.start.offset : span.end.offset]
        run = model.run(instruction) if has_variable and isinstance(instruction, Run) and model.escape == "\\" else None
        for script in run.scripts if run else ():
            text = readable(script)
            if run and text:
                yield from _findings(list(_uses(run, script, text)))


class _Use(NamedTuple):
    """A word with variables that are not quoted, and whether quotes are certain to change nothing."""

    word: Word
    parts: tuple[Token, ...]
    is_sure: bool


def _findings(uses: list[_Use]) -> Iterator[Finding]:
    for is_sure, safety in ((True, Safety.SAFE), (False, Safety.UNSAFE)):
        chosen = [use for use in uses if use.is_sure is is_sure]
        if chosen:
            names = list(dict.fromkeys([part.text for use in chosen for part in unquoted(use.parts)]))
            shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
            edits = tuple([edit for use in chosen for edit in _quotes(use)])
            verb = "is" if len(names) == 1 else "are"
            yield Finding(chosen[0].word, f"{shown} {verb} not quoted", fix=Fix(safety, "quote what it expands", edits))


def _quotes(use: _Use) -> Iterator[Edit]:
    """What quotes a word; one mark at a time where words in it may be quoted, too."""
    text = quoted(use.parts)
    if not any(part.kind == "substitution" for part in use.parts):
        yield Edit(use.word.start, use.word.end, text)
        return
    rest, at = use.word.text, use.word.start
    for character in text:
        if rest.startswith(character):
            rest, at = rest[1:], at + len(character.encode())
        else:
            yield Edit(at, at, character)


def _uses(run: RunFacts, script: Script, text: bytes) -> Iterator[_Use]:
    variables = Variables(run, script, text)
    has_backticks = b"`" in text
    for command in script.commands if not variables.splits_otherwise else ():
        is_in_backticks = has_backticks and Context.SUBSTITUTION in command.context
        if is_in_backticks or Context.SCRIPT in command.context or command.name in _SPLITS_ITSELF:
            continue
        for word, may_vanish in _split_words(command):
            if "$" in word.text and not word.is_static:
                use = _use(word, command, variables, may_vanish=may_vanish)
                if use:
                    yield use


def _use(word: Word, command: Command, variables: Variables, *, may_vanish: bool) -> _Use | None:
    parts = tokens(word.text) or ()
    found = unquoted(parts)
    alone = may_vanish and len(found) == len(parts)
    if all(part.kind != "substitution" and variables.is_word_of_file(part.name) for part in found):
        return None
    if any(_may_be_list(part, command, variables, alone=alone) for part in found):
        return None
    if all(_is_sure(part, command, variables, alone=alone) for part in found):
        return _Use(word, parts, is_sure=True)
    if all(_is_meant_as_one(part, word, command, variables, alone=alone) for part in found):
        return _Use(word, parts, is_sure=False)
    return None


def _split_words(command: Command) -> Iterator[tuple[Word, bool]]:
    """The words that the shell splits, and whether an empty one goes: the target of a redirection stays."""
    yield from ((word, True) for word in command.words)
    for redirect in command.redirects:
        is_own = command.start <= redirect.start and redirect.end <= command.end
        if redirect.target and is_own and redirect.operator not in _READS_TEXT:
            yield redirect.target, False


def _is_sure(part: Token, command: Command, variables: Variables, *, alone: bool) -> bool:
    if part.kind == "substitution":
        return prints_one_word(part.text, alone=alone)
    if part.kind == "trimmed":
        return False
    return variables.is_one_word(part.name, command, alone=alone)


def _is_meant_as_one(part: Token, word: Word, command: Command, variables: Variables, *, alone: bool) -> bool:
    alone = alone and not _must_be_there(word, command)
    if part.kind == "substitution":
        return _prints_what_is_meant_as_one(part.text, command, alone=alone)
    if command.name == part.text:
        return False
    if variables.is_word_of_file(part.name) or _is_sure(part, command, variables, alone=alone):
        return True
    if command.name == "echo" and variables.is_same_when_joined(part.name):
        return True
    is_singular = variables.is_item(part.name, command) or _SINGULAR.fullmatch(part.name) is not None
    return not variables.is_split(part.name) and (is_singular or not alone or command.name == "cd")


def _prints_what_is_meant_as_one(substitution: str, command: Command, *, alone: bool) -> bool:
    if alone:
        return command.name != substitution and prints_one_thing(substitution)
    return not prints_several(substitution)


def _must_be_there(word: Word, command: Command) -> bool:
    """Whether a command fails without a word: what a test compares, and the only path that `dirname` is given."""
    if command.name in _TAKE_ONE_PATH:
        return len(command.arguments) == 1
    if command.name not in _TESTS:
        return False
    at = command.words.index(word)
    beside = command.words[max(at - 1, 0) : at + 2]
    return any(each.text in _COMPARES for each in beside)


def _may_be_list(part: Token, command: Command, variables: Variables, *, alone: bool) -> bool:
    """Whether somebody may want to give a variable more words than it has."""
    if part.kind == "substitution":
        return False
    if alone and command.program in _INSTALLS:
        return True
    is_list = _LIST.fullmatch(part.name) is not None
    return is_list and (alone or not _is_word_at_most(part.name, command, variables))


def _is_word_at_most(name: str, command: Command, variables: Variables) -> bool:
    return variables.is_word_of_file(name) or variables.is_one_word(name, command, alone=False)
