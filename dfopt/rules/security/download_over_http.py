"""The rule `download-over-http`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.downloads import is_verified
from dfopt.syntax.nodes import Add, Instruction

_HTTP = re.compile(r"(?:http|ftp)://(?!localhost|127\.|\[::1\]|0\.0\.0\.0|\$)([^/\s'\"]+)", re.IGNORECASE)


class DownloadOverHttp(Rule):
    """A download is neither encrypted nor verified.

    ## What it does

    Reports an `http://` or `ftp://` address that curl, wget or ADD fetches, unless the same RUN compares a checksum or
    a signature, or ADD has `--checksum`.

    ## Why is this bad

    Whoever is on the way (a proxy, a router, a name server) can put something else in the place of what is downloaded,
    and the build installs it.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSLO http://example.com/tool.tar.gz
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSLO https://example.com/tool.tar.gz
    ```
    """

    id = "download-over-http"
    help = "fetch it by https, or compare its checksum"
    instructions = (Add,)
    commands = ("aria2c", "axel", "curl", "wget")

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        if not isinstance(instruction, Add) or instruction.flag("checksum"):
            return
        for word, source in zip(instruction.items, instruction.sources, strict=False):
            if found := _HTTP.match(model.expand(source, instruction)):
                yield Finding(word, f"what {found[1]} sends is neither encrypted nor verified")

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        for word in command.operands:
            found = _HTTP.match(command.value(word))
            if found and not is_verified(command.run):
                yield Finding(word, f"what {found[1]} sends is neither encrypted nor verified")
