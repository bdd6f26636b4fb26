"""The rule `download-unverified`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.downloads import is_verified, runner_of
from dfopt.syntax.commands import Word

_HTTPS = re.compile(r"https://", re.IGNORECASE)
_PROGRAM = re.compile(
    r"\.(?:tar|tar\.\w+|t[gbx]z2?|zip|gz|xz|bz2|zst|7z|deb|rpm|apk|jar|war|whl|phar|appimage|run|bin|exe|sh|py|pl|so)"
    r"(?:[?#].*)?\Z",
    re.IGNORECASE,
)
_PROGRAM_FOLDER = re.compile(r"/(?:s?bin|opt|libexec|lib)(?:/|\Z)")


class DownloadUnverified(Rule):
    r"""A downloaded program is not verified.

    ## What it does

    Reports curl or wget in a RUN that fetches an archive, a package, a script or a program by https, where no command
    of the same RUN computes a checksum or verifies a signature. What a shell runs at once is another rule's.

    ## Why is this bad

    https says who sent the file, not that it is the one that was tried. A release that is replaced, or an account that
    is taken over, changes the image without a change in the Dockerfile.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSLO https://example.com/tool-1.2.tar.gz && tar -xzf tool-1.2.tar.gz
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSLO https://example.com/tool-1.2.tar.gz \
        && echo "9b2c1d3e4f5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0  tool-1.2.tar.gz" | sha256sum -c - \
        && tar -xzf tool-1.2.tar.gz
    ```
    """

    id = "download-unverified"
    severity = Severity.HINT
    help = "compare its checksum by sha256sum -c in the same RUN, or fetch it by ADD --checksum=…"
    commands = ("curl", "wget")

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        if command.program == "curl" and command.has_option("-X", "-d", "-I", "--data", "--head", "--request"):
            return
        for word in command.operands:
            text = command.value(word)
            is_program = _HTTPS.match(text) and (_PROGRAM.search(text) or _lands_among_programs(command))
            if is_program and not is_verified(command.run) and not runner_of(command):
                yield Finding(word, f"{_name(text)} is not verified after the download")


def _lands_among_programs(command: Invocation) -> bool:
    """Whether the download is written to a folder of programs, or made executable afterwards."""
    options = ("-o", "--output") if command.program == "curl" else ("-O", "--output-document")
    target = command.option_value(*options)
    if target is None:
        return False
    path = command.path(target)
    return bool(_PROGRAM_FOLDER.search(path)) or any(
        each.program == "chmod" and path in _paths(each, each.operands[1:]) for each in command.following
    )


def _paths(command: Invocation, words: tuple[Word, ...]) -> list[str]:
    return [command.path(word) for word in words]


def _name(address: str) -> str:
    path = re.split(r"[?#]", address)[0].rstrip("/")
    return path.rpartition("/")[2] or address
