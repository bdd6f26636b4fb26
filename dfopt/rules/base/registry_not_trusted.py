"""The rule `registry-not-trusted`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Option, Place, Rule
from dfopt.rules.shared.stage_names import references_in


class RegistryNotTrusted(Rule):
    """An image comes from a registry that is not on the list.

    ## What it does

    Where the option `registries` lists registries, reports all images of other ones: those of FROM, of `COPY --from`
    and of `--mount=from=`. Without the option nothing is reported.

    ## Why is this bad

    What an image holds is decided by who can write to its registry. A company that mirrors and scans images wants none
    that came by another way.

    ## Example

    ```toml
    [tool.dfopt.rules.registry-not-trusted]
    registries = ["registry.example.com"]
    ```

    ```dockerfile
    FROM debian:12-slim
    ```

    ```dockerfile
    FROM registry.example.com/debian:12-slim
    ```
    """

    id = "registry-not-trusted"
    aliases = ("DL3026",)
    severity = Severity.ERROR
    help = "take the image from one of the listed registries"
    registries = Option[tuple[str, ...]](
        (), "The registries that images may come from; one may start or end with `*`, and Docker Hub is `docker.io`."
    )

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if not self.registries:
            return
        from dfopt.knowledge.references import parse_reference

        for place, image in _images(stage):
            reference = parse_reference(image)
            if reference and not any(_matches(each, reference.registry) for each in self.registries):
                yield Finding(place, f"{image} comes from {reference.registry}, which is not a listed registry")


def _images(stage: Stage) -> Iterator[tuple[Place, str]]:
    if stage.external_base:
        yield stage.from_.image, stage.external_base
    for instruction in stage.instructions:
        for reference in references_in(instruction):
            if not stage.source_stage(reference.name) and not reference.name.isdecimal():
                yield reference, reference.name


def _matches(listed: str, registry: str) -> bool:
    if listed == "hub.docker.com":
        listed = "docker.io"
    if listed.startswith("*"):
        return registry.endswith(listed[1:])
    return registry.startswith(listed[:-1]) if listed.endswith("*") else registry == listed
