"""The rule `add-without-checksum`."""

import re
from collections.abc import Iterator

from dfopt.model.copies import SourceKind
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.downloads import is_moving
from dfopt.syntax.nodes import Add

_OTHERS = re.compile(r"http://|https://api\.github\.com/", re.IGNORECASE)


class AddWithoutChecksum(Rule):
    r"""ADD fetches what may be another thing tomorrow.

    ## What it does

    Reports ADD of an `https://` address without `--checksum`, and ADD of a Git repository that names no tag or commit.
    Addresses of api.github.com, which are there to throw the build cache away when a branch moves, are left out.

    ## Why is this bad

    Whatever the server sends goes into the image, today's file or another one. The builder also has to ask the server
    at each build, and where the file is new all that stands below is built again; with a checksum it knows without
    asking.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ADD https://example.com/tool.tar.gz /tmp/
    ```

    ```dockerfile
    FROM debian:12-slim
    ADD --checksum=sha256:9b2c1d3e4f5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0 \
        https://example.com/tool.tar.gz /tmp/
    ```
    """

    id = "add-without-checksum"
    severity = Severity.INFO
    help = "add --checksum=sha256:…, of a Git repository #TAG or #COMMIT"
    instructions = (Add,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for copy in stage.copies:
            if not copy.is_add or copy.instruction.flag("checksum"):
                continue
            for source in copy.sources:
                if source.kind is SourceKind.URL and not _OTHERS.match(source.text):
                    yield Finding(source.word, f"{source.name or source.text} is whatever the server sends that day")
                elif source.kind is SourceKind.GIT and _is_moving(source.text):
                    yield Finding(source.word, f"{source.name} is whatever its branch holds that day")


def _is_moving(address: str) -> bool:
    """Whether a repository's address names a branch, or nothing: BuildKit takes `#REF:FOLDER`, or `?ref=…&subdir=…`."""
    from urllib.parse import parse_qsl

    fields = dict(parse_qsl(address.partition("#")[0].partition("?")[2]))
    if "commit" in fields or "checksum" in fields or "tag" in fields:
        return False
    ref = address.partition("#")[2].partition(":")[0]
    return "branch" in fields or is_moving(fields.get("ref", ref))
