"""The rule `base-without-tag`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.releases import name_release


class BaseWithoutTag(Rule):
    """A stage is built from an image without a tag.

    ## What it does

    Reports FROM with an image that has neither a tag nor a digest. Variables are put in first: `FROM $BASE` below `ARG
    BASE=debian` is reported, `FROM $BASE` below `ARG BASE=debian:12` is not, and nothing is said where the value comes
    with the build.

    ## Why is this bad

    Without a tag the builder takes `latest`, which is another image after each release: a build that worked yesterday
    fails today, or gives a program on another system.

    ## Example

    ```dockerfile
    FROM debian
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

    id = "base-without-tag"
    aliases = ("DL3006",)
    help = "name a tag, and a digest where each build must start from the same bytes"
    fix_safety = Safety.UNSAFE

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        image = stage.external_base
        if image and "@" not in image and ":" not in image.rpartition("/")[2]:
            yield Finding(
                stage.from_.image, f"{image} has no tag, so that its newest release is taken", fix=name_release(stage)
            )
