"""The rule `echo-with-escapes`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.distributions import shells
from dfopt.syntax.commands import Context, Word
from dfopt.syntax.edits import Edit

_QUOTED = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
_SAME_FOR_PRINTF = re.compile(r"(?:[^\\%-]|\\[abfnrtv\\])(?:[^\\%]|\\[abfnrtv\\])*")
_OPTION = re.compile(r"-[en]+")
_ASKED_FOR = frozenset({"ash", "bash"})


class EchoWithEscapes(Rule):
    r"""What `echo` makes of a backslash depends on the shell.

    ## What it does

    Reports `echo` with escapes such as `\n` where the shell of the RUN is known and expands them: dash by itself, bash
    and ash with `-e`.

    ## Why is this bad

    Each shell has its own `echo`: dash prints `-e` itself, bash prints `\n` as it stands. With another base image or
    SHELL the file has other text, and nothing fails. `printf` is the same everywhere.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN echo "[app]\nname=app" > /etc/app.conf
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN printf "[app]\nname=app\n" > /etc/app.conf
    ```

    ## Fix safety

    Safe: `printf` expands these escapes as that shell's `echo` does. There is no fix, and no finding, where the text
    has variables, percent signs, octal escapes or `\c`, or is not one quoted word.
    """

    id = "echo-with-escapes"
    aliases = ("SC2028", "SC3037")
    severity = Severity.HINT
    help = "use printf"
    fix_safety = Safety.SAFE
    commands = ("echo",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        *options, text = command.arguments or (None,)
        if text is None or "\\" not in text.value or command.words[0].text != "echo" or not _is_plain(text):
            return
        if any(not _OPTION.fullmatch(each.text) for each in options) or not _expands(command, options):
            return
        is_open = any("n" in each.text for each in options)
        start = command.words[0]
        edits = [Edit(start.start, start.end, "printf")]
        edits += [Edit(before.end, each.end, "") for before, each in zip((start, *options), options, strict=False)]
        edits += [] if is_open else [Edit(text.end - 1, text.end - 1, "\\n")]
        fix = Fix(Safety.SAFE, "use printf", tuple(edits))
        yield Finding(command, "another shell would print other text", fix=fix)


def _is_plain(text: Word) -> bool:
    """Whether a word is one text in quotes that printf takes as echo does."""
    is_quoted = text.is_static and _QUOTED.fullmatch(text.text) is not None
    return is_quoted and _SAME_FOR_PRINTF.fullmatch(text.value) is not None


def _expands(command: Invocation, options: list[Word]) -> bool:
    """Whether the shell is known to expand escapes there, with the options that are given."""
    if command.is_wrapped or command.script is None or Context.SCRIPT in command.context:
        return False
    shell = command.run.shell_name
    if shell == "sh" and command.run.config.shell is None:
        shell = next(iter(shells(command.stage)), None)
    is_asked = any("e" in each.text for each in options)
    return is_asked if shell in _ASKED_FOR else shell == "dash" and not is_asked
