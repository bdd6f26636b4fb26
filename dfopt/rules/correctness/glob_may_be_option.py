"""The rule `glob-may-be-option`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.commands import Word
from dfopt.syntax.edits import Edit

_STARTS = ("*", "?")


class GlobMayBeOption(Rule):
    """A pattern of file names starts with an asterisk.

    ## What it does

    Reports `rm *.zip` and its like: arguments of programs that work on files which start with `*` or `?`, unless `--`
    stands in front.

    ## Why is this bad

    A file that is called `-rf` is an option then. Whoever controls the names, say in an archive that was unpacked,
    controls what the command does.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN unzip -q fonts.zip && rm *.zip
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN unzip -q fonts.zip && rm ./*.zip
    ```

    ## Fix safety

    Safe: `./*` stands for the same files, and these programs do the same with `./name` as with `name`.
    """

    id = "glob-may-be-option"
    aliases = ("SC2035",)
    severity = Severity.HINT
    help = "write `./*`"
    fix_safety = Safety.SAFE
    commands = ("cat", "chgrp", "chmod", "chown", "cp", "gunzip", "gzip", "mv", "rm", "touch")

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        words = list(_patterns(command)) if command.script else []
        if words:
            edits = tuple([Edit(word.start, word.start, "./") for word in words])
            message = f"a file whose name starts with a dash would be an option of {command.program}"
            yield Finding(words[0], message, fix=Fix(Safety.SAFE, "put ./ in front", edits))


def _patterns(command: Invocation) -> Iterator[Word]:
    """The arguments that start with a pattern, in front of `--`."""
    for word in command.arguments:
        if word.value == "--":
            return
        if word.text.startswith(_STARTS) and not word.is_static:
            yield word
