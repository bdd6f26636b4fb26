"""The rule `world-writable-files`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.texts import read_mode
from dfopt.syntax.commands import Word
from dfopt.syntax.nodes import Add, Copy, Instruction


class WorldWritableFiles(Rule):
    """Files are made writable for everybody.

    ## What it does

    Reports `chmod 777`, `chmod a+w`, `mkdir -m 777`, `install -m 666`, `COPY --chmod=777` and all other modes that let
    every user write, in a stage whose layers ship. Sticky folders such as `/tmp` (1777) are right.

    ## Why is this bad

    Each user and each program in the container can change these files, also one that was broken into and has no other
    rights: programs that root runs later, settings, scripts. Mostly it covers up that the wrong user owns them.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN mkdir /data && chmod -R 777 /data
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN useradd --system app && mkdir /data && chown app /data
    ```
    """

    id = "world-writable-files"
    aliases = ("tally/world-writable-state-path-workaround",)
    help = "give them to the user that writes them (chown, COPY --chown), or open them to group 0 by chmod g=u"
    commands = ("chmod", "install", "mkdir")
    instructions = (Add, Copy)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        word = _mode(command)
        mode = read_mode(command.value(word)) if word else None
        if word and mode and mode.everybody_writes and ships(command.stage):
            yield Finding(word, f"{command.program} {command.value(word)} lets every user write")

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        flag = instruction.flag("chmod")
        stage = model.stage_of(instruction)
        if flag is None or not flag.value or stage is None or not ships(stage):
            return
        mode = read_mode(model.expand(flag.value, instruction))
        if mode and mode.everybody_writes:
            yield Finding(flag, f"--chmod={flag.value} lets every user write")


def _mode(command: Invocation) -> Word | None:
    """The word that names the mode."""
    if command.program == "chmod":
        return next((word for word in command.operands if not word.value.startswith("-")), None)
    return command.option_value("-m", "--mode")
