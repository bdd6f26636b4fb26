"""What the commands of a RUN have as text: words, and the bodies of here-documents."""

import re
from collections.abc import Iterator

from dfopt.frozen import frozen
from dfopt.model.invocations import Invocation
from dfopt.syntax.commands import Word

_OCTAL = re.compile(r"0?([0-7])?([0-7]{3})")
_SYMBOLIC = re.compile(r"([ugoa]*)([-+=][rwxXstugo]*)+")


@frozen()
class Range:
    """The bytes of the file from `start` to in front of `end`."""

    start: int
    end: int


def texts(command: Invocation) -> Iterator[Word]:
    """The arguments of a command and the bodies of the here-documents that it reads."""
    yield from command.arguments
    for redirect in command.redirects:
        if redirect.body:
            yield redirect.body


def written(word: Word) -> str:
    """What a text puts into a file: of a substitution of sed (`s/old/new/`) its new part, else all of it."""
    text = word.value
    if text[:1] == "s" and text[1:2] and not text[1].isalnum() and not text[1].isspace():
        parts = text[2:].split(text[1])
        return parts[1] if len(parts) > 1 else text
    return text


@frozen()
class Mode:
    """What a mode of chmod gives, as far as rules ask: write access for everybody, and the setuid bit."""

    everybody_writes: bool
    is_setuid: bool


def read_mode(text: str) -> Mode | None:
    """A mode in octal digits or in clauses such as `a+rwx,u+s`; None where it is neither.

    A clause without `ugoa` is cut by the umask and lets nobody else write. Sticky folders (`1777`) are open by design.
    """
    if octal := _OCTAL.fullmatch(text):
        special = int(octal[1] or "0")
        return Mode(bool(int(octal[2][2]) & 2) and not special & 1, bool(special & 4))
    clauses = [_SYMBOLIC.fullmatch(clause) for clause in text.split(",")]
    if not all(clauses):
        return None
    found = [(clause[1], clause[2]) for clause in clauses if clause]
    is_sticky = any("t" in action and action[0] != "-" for _, action in found)
    writes = any(action[0] != "-" and "w" in action and {"o", "a"} & set(who) for who, action in found)
    setuid = any(action[0] != "-" and "s" in action and (not who or {"u", "a"} & set(who)) for who, action in found)
    return Mode(writes and not is_sticky, setuid)
