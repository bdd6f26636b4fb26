"""The rule `base-not-pinned-by-digest`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule


class BaseNotPinnedByDigest(Rule):
    """A base is not pinned by its digest.

    ## What it does

    Reports a FROM of an image without `@sha256:…`.

    ## Why is this bad

    A tag can be pushed again, so that two builds of one file differ, and whoever may push there decides what both hold.
    A digest names the bytes themselves. It also keeps the fixes out that come under the same tag, and so wants a tool
    that renews it (Renovate, Dependabot); that is why the rule is off unless it is selected.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ```

    ```dockerfile
    FROM debian:12-slim@sha256:9b2c1d3e4f5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0
    ```
    """

    id = "base-not-pinned-by-digest"
    severity = Severity.HINT
    help = "add @sha256:… behind the tag, and let a tool keep it fresh"
    default = False

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if stage.external_base and "@" not in stage.external_base:
            yield Finding(stage.from_.image, f"{stage.external_base} may be another image tomorrow")
