"""What is known to be Windows by its name."""

from collections.abc import Sequence

from dfopt.syntax.shell import ShellKind, shell_kind

_PARTS = (
    "mcr.microsoft.com/windows",
    "microsoft/windowsservercore",
    "microsoft/nanoserver",
    "nanoserver",
    "servercore",
)


def is_windows_image(reference: str) -> bool:
    """Whether an image's repository or tag tells that it is one of Windows."""
    lowered = reference.lower()
    return any(part in lowered for part in _PARTS)


def is_windows_shell(shell: Sequence[str]) -> bool:
    """Whether SHELL names a shell that only Windows has; `pwsh` runs on Linux too."""
    if not shell or shell_kind(shell, base_is_windows=False) not in (ShellKind.POWERSHELL, ShellKind.CMD):
        return False
    return not shell[0].startswith("/") and "pwsh" not in shell[0].lower()
