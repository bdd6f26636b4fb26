"""The rule `container-idles`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import Entry, entries
from dfopt.syntax.commands import Command, Context
from dfopt.syntax.nodes import Cmd, Entrypoint

_FOREVER = frozenset({"infinity", "inf", "365d", "9999d"})
_ENDLESS = frozenset({"true", ":", "1"})


class ContainerIdles(Rule):
    """The container's first process does nothing.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image that only keeps the container alive: `tail -f /dev/null`, `sleep
    infinity`, an endless loop around `sleep`, at its end or as a whole.

    ## Why is this bad

    The engine watches a process that never ends and never fails. Whether the program inside works, nobody sees: it is
    not restarted, its status is lost, and `stop` waits ten seconds, as neither `tail` nor `sleep` heeds the signal as a
    first process.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    CMD service nginx start && tail -f /dev/null
    ```

    ```dockerfile
    FROM debian:12-slim
    CMD ["nginx", "-g", "daemon off;"]
    ```
    """

    id = "container-idles"
    help = "run the program itself in the foreground"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        for entry in entries(model):
            if idler := _idler(entry):
                yield Finding(entry.instruction, f"`{idler}` keeps the container alive, whatever happens inside")


def _idler(entry: Entry) -> str | None:
    for command in entry.commands:
        words = [word.value for word in command.words]
        if command.program == "tail" and words[-1] == "/dev/null" and any(_follows(each) for each in words[1:-1]):
            return " ".join(words)
        if command.program == "sleep" and (_FOREVER.intersection(words[1:]) or _loops(command, entry)):
            return " ".join(words) if _FOREVER.intersection(words[1:]) else f"while true; do {' '.join(words)}; done"
    return None


def _follows(option: str) -> bool:
    return option in ("--follow", "--retry") or (option[:1] == "-" and option[1:2] != "-" and option[-1:] in "fF")


def _loops(command: Command, entry: Entry) -> bool:
    """Whether a command is the only one in a loop without an end."""
    if Context.LOOP not in command.context:
        return False
    loop = [each for each in entry.commands if Context.LOOP in each.context or Context.CONDITION in each.context]
    return {each.program for each in loop if each is not command} - {"sleep"} <= _ENDLESS | {"[", "echo"} and any(
        each.program in _ENDLESS for each in loop
    )
