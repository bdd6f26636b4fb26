"""The rule `export-hides-status`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.chains import insert_after
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.commands import Context, Word
from dfopt.syntax.edits import Edit

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=", re.ASCII)
_QUOTED = re.compile(r"'[^']*'")
_SUBSTITUTION = re.compile(r"\$\((?!\()|`")
_NEVER_FAILS = re.compile(r"arch|mktemp(?: -[dq]+)*|nproc|pwd|uname(?: -[a-z]+)*")
_TEMPORARY_FILES_MOVED = re.compile(rb"TMPDIR|\brm\b[^\n;&|]*[ \t][\"']?/tmp/?(?![\w/*.-])")
_FAILS_IN_PEACE = frozenset("cmp diff egrep expr fgrep grep head pgrep pidof test type which".split())


class ExportHidesStatus(Rule):
    """`export NAME=$(command)` succeeds although the command failed.

    ## What it does

    Reports `export` and `readonly` with the output of a command as the value, where the RUN would stop at a failure: in
    a chain of `&&`, or with `set -e`.

    ## Why is this bad

    The status is that of `export`, which is always 0. The RUN goes on with a variable that is empty, so that
    `rm -rf "$work/cache"` empties `/cache`.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN export GNUPGHOME="$(mktemp -d)" && gpg --version
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN GNUPGHOME="$(mktemp -d)" && export GNUPGHOME && gpg --version
    ```

    ## Fix safety

    Unsafe: a build that went on after a failure then stops. There is no fix for commands whose failure may be no news,
    such as `grep`, nor where several variables are exported at once.

    Safe where the command is one that does not fail: `mktemp -d`, as long as the file neither sets TMPDIR nor removes
    `/tmp`, `uname -m`, `nproc`, `pwd`.
    """

    id = "export-hides-status"
    aliases = ("SC2155",)
    help = "assign first and export then: `NAME=$(command) && export NAME`"
    fix_safety = Safety.UNSAFE
    commands = ("export", "readonly")

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        word = next((each for each in command.arguments if _has_substitution(each)), None)
        if word and _status_counts(command):
            name = word.text.partition("=")[0]
            yield Finding(
                word, f"{command.program} hides whether what sets {name} failed", fix=_fix(command, word, name)
            )


def _has_substitution(word: Word) -> bool:
    assignment = _ASSIGNMENT.match(word.text)
    return assignment is not None and _SUBSTITUTION.search(_QUOTED.sub("", word.text)) is not None


def _status_counts(command: Invocation) -> bool:
    following = next((each for each in command.following if each.start >= command.end), None)
    return command.errexit or command.connector == "&&" or (following is not None and following.connector == "&&")


def _fix(command: Invocation, word: Word, name: str) -> Fix | None:
    inner = [each for each in command.following if each.end <= command.end]
    if len(command.arguments) > 1 or command.is_wrapped or Context.SCRIPT in command.context:
        return None
    if any(each.program in _FAILS_IN_PEACE or each.connector == "||" for each in inner):
        return None
    added = insert_after(command, f"{command.program} {name}")
    if added is None:
        return None
    edits = (Edit(command.start, word.start, ""), *added)
    safety = Safety.SAFE if inner and all(map(_never_fails, inner)) else Safety.UNSAFE
    return Fix(safety, f"assign {name} first", edits)


def _never_fails(command: Invocation) -> bool:
    text = " ".join(word.value for word in command.words)
    if _NEVER_FAILS.fullmatch(text) is None:
        return False
    return command.program != "mktemp" or not _TEMPORARY_FILES_MOVED.search(command.run.stage.model.data)
