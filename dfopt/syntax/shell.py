"""The shell scripts of RUN, CMD, ENTRYPOINT and HEALTHCHECK, read by tree-sitter-bash.

Offsets are those of the file: continuations are overwritten, never removed.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from dfopt.cached import cached_property
from dfopt.frozen import frozen
from dfopt.syntax.commands import Command
from dfopt.syntax.shell_reader import read_commands
from dfopt.syntax.shell_words import Source


class ShellKind(StrEnum):
    """What a shell reads; only POSIX scripts are read here."""

    POSIX = "posix"
    POWERSHELL = "powershell"
    CMD = "cmd"
    OTHER = "other"


_KINDS = {
    **dict.fromkeys(("ash", "bash", "busybox", "dash", "ksh", "mksh", "sh", "yash", "zsh"), ShellKind.POSIX),
    **dict.fromkeys(("powershell", "pwsh"), ShellKind.POWERSHELL),
    "cmd": ShellKind.CMD,
}
_PATH_SEPARATOR = re.compile(r"[/\\]")


def shell_kind(shell: Sequence[str] | None, *, base_is_windows: bool | None, escape: str = "\\") -> ShellKind:
    """The kind of the shell that SHELL names, or of the default one when `shell` is None.

    The first argument that names a shell decides, so that `env bash -c` and `conda run -n x bash -c` are
    known. Where neither SHELL nor the base is known (`base_is_windows` is None), a backtick as the escape
    character tells a file for Windows.
    """
    if shell is None:
        is_windows = escape == "`" if base_is_windows is None else base_is_windows
        return ShellKind.CMD if is_windows else ShellKind.POSIX
    programs = [_PATH_SEPARATOR.split(argument)[-1].lower().removesuffix(".exe") for argument in shell]
    return next((_KINDS[program] for program in programs if program in _KINDS), ShellKind.OTHER)


@frozen(slots=False)
class Script:
    """A shell script inside a file; it is read when its commands are first asked for."""

    source: Source
    kind: ShellKind

    @property
    def start(self) -> int:
        """The offset of the first byte in the file."""
        return self.source.start

    @property
    def end(self) -> int:
        """The offset behind the last byte."""
        return self.source.start + len(self.source.data)

    @property
    def text(self) -> str:
        """The script as it stands in the file."""
        return self.source.data.decode("utf-8", "surrogateescape")

    @property
    def commands(self) -> tuple[Command, ...]:
        """All commands by their start, at any depth; none when the shell is not a POSIX one."""
        return self._reading[0]

    @property
    def has_error(self) -> bool:
        """Whether the grammar could not read all of the script."""
        return self._reading[1]

    @cached_property
    def _reading(self) -> tuple[tuple[Command, ...], bool]:
        if self.kind is not ShellKind.POSIX:
            return (), False
        commands, has_error = read_commands(self.source)
        return tuple(commands), has_error


def parse_script(
    data: bytes,
    start: int = 0,
    escape: str = "\\",
    *,
    head: int | None = None,
    kind: ShellKind = ShellKind.POSIX,
) -> Script:
    """The script whose bytes stand at `start` in a file.

    `head` says how many bytes are Dockerfile lines: all of them when None, 0 for a here-document that is a
    script, the length of the instruction's own lines when the bodies of here-documents follow.
    """
    return Script(Source(data, start, escape, len(data) if head is None else head), kind)
