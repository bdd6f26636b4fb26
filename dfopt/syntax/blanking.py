"""A Dockerfile's continuations inside a shell script, which BuildKit removes before a shell sees them."""

import re

from dfopt.syntax.continuations import CONTINUATIONS

_PATTERNS = {escape: re.compile(pattern.pattern.encode()) for escape, pattern in CONTINUATIONS.items()}
_WORD_BREAKS = b" \t\r\n;&|()<>"
_FILLER = b"\x01"


def blank(data: bytes, escape: str = "\\") -> bytes:
    """The script with every continuation overwritten byte for byte, so that offsets stay those of the file.

    A continuation becomes blanks, or, where it stands inside a word (`ap`, escape, line end, `t`), as many
    0x01 bytes, which a shell's grammar takes for a part of the word.
    """

    def overwritten(continuation: re.Match[bytes]) -> bytes:
        start, end = continuation.span()
        before, after = data[max(start - 1, 0) : start], data[end : end + 1]
        inside_word = before and after and before not in _WORD_BREAKS and after not in _WORD_BREAKS
        return (_FILLER if inside_word else b" ") * (end - start)

    return _PATTERNS[escape].sub(overwritten, data) if b"\n" in data else data


def join(data: bytes, escape: str = "\\") -> bytes:
    """The script without its continuations, as the shell gets it."""
    return _PATTERNS[escape].sub(b"", data) if b"\n" in data else data
