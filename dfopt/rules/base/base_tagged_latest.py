"""The rule `base-tagged-latest`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.releases import name_release


class BaseTaggedLatest(Rule):
    """A stage is built from the tag `latest`.

    ## What it does

    Reports FROM with an image whose tag is `latest` and that has no digest. Variables are put in first.

    ## Why is this bad

    `latest` is another image after each release: a build that worked yesterday fails today, or gives a program on
    another system.

    ## Example

    ```dockerfile
    FROM debian:latest
    ```

    ```dockerfile
    FROM debian:12.10-slim
    ```

    ## Fix safety

    Unsafe: names the release that an official image's `latest` stands for by the catalogue. The builder may have had an
    older one under that name, and later builds no longer move on to the next.

    Safe for images whose `latest` stays what it is: those that are no longer built get the last release (`centos`,
    `java`), those whose major version has been the same for seven years and more get that one (`alpine:3`,
    `python:3`, `golang:1`, `nginx:1`), which is the very image that `latest` names.
    """

    id = "base-tagged-latest"
    aliases = ("DL3007",)
    help = "name the tag of a release, and a digest where each build must start from the same bytes"
    fix_safety = Safety.UNSAFE

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        image = stage.external_base
        if image and image.endswith(":latest"):
            yield Finding(stage.from_.image, f"{image} is whatever was released last", fix=name_release(stage))
