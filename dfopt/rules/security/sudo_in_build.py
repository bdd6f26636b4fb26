"""The rule `sudo-in-build`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.distributions import runs_as_root
from dfopt.syntax.commands import Word
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Instruction, Run

_INDIFFERENT = frozenset(
    "addgroup adduser apk apt apt-get apt-key cat chgrp chmod chown cp curl dnf dpkg groupadd install ln mkdir mv rm"
    " rpm sed tar tee touch unzip useradd usermod wget yum yum-config-manager".split()
)
"""Programs that do the same with any environment, but for proxies and the language of their messages."""


class SudoInBuild(Rule):
    """sudo is run in a build.

    ## What it does

    Reports `sudo` in a RUN.

    ## Why is this bad

    A RUN is root anyway unless USER says otherwise, and USER says so where everybody can see it. For sudo to work,
    the image must have it, with a user who may become root without a password: whoever breaks into the program is
    root with one more word. sudo also drops ENV and gives the command another PATH.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN sudo chown -R app /srv
    ```

    ```dockerfile
    FROM debian:12-slim
    USER root
    RUN chown -R app /srv
    USER app
    ```

    ## Fix safety

    Where the RUN is root already, sudo without options is taken out: safe in front of package managers and tools for
    files and users, which do the same with any environment, unless ENV sets PATH. Unsafe in front of other programs:
    they then see ENV and PATH as they are, and not as sudo would have set them. Elsewhere there is no fix.
    """

    id = "sudo-in-build"
    aliases = ("DL3004",)
    help = "put USER root in front of the RUN and the other user behind it"
    fix_safety = Safety.UNSAFE
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        span = instruction.span
        has_sudo = b"sudo" in model.data[span.start.offset : span.end.offset]
        run = model.run(instruction) if isinstance(instruction, Run) and has_sudo else None
        for command in run.commands if run else ():
            if word := _sudo(command):
                what = command.program if command.is_wrapped else "what is not known before the build"
                yield Finding(word, f"sudo runs {what}", fix=_fix(command, word))


def _sudo(command: Invocation) -> Word | None:
    """The word `sudo` in front of a command, or as the command itself."""
    own = command.command.words[0].start if command.command.words else command.end
    fronts = [word for word in command.outer.words if word.start < own] if command.is_wrapped else command.words[:1]
    return next((word for word in fronts if word.value.rpartition("/")[2] == "sudo"), None)


def _fix(command: Invocation, word: Word) -> Fix | None:
    words = command.outer.words
    behind = words[words.index(word) + 1] if command.is_wrapped else None
    if behind is None or behind.value.startswith("-") or command.script is None or not runs_as_root(command.run):
        return None
    gap = command.script.source.data[word.end - command.script.start : behind.start - command.script.start]
    if gap.strip(b" \t"):
        return None
    safety = Safety.SAFE if command.program in _INDIFFERENT and "PATH" not in command.run.env else Safety.UNSAFE
    return Fix(safety, "take sudo out", (Edit(word.start, behind.start, ""),))
