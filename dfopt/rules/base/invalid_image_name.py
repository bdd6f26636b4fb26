"""The rule `invalid-image-name`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule


class InvalidImageName(Rule):
    """FROM names something that can't be an image.

    ## What it does

    Reports FROM with a name that is no stage of the file and no image reference: one with capitals, an empty tag, an
    address in front (`https://…`), characters that a name can't have.

    ## Why is this bad

    The build fails at that line.

    ## Example

    ```dockerfile
    FROM Debian:12
    ```

    ```dockerfile
    FROM debian:12
    ```
    """

    id = "invalid-image-name"
    severity = Severity.ERROR
    help = "write [registry/]name[:tag][@digest], the name in small letters"

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        image = stage.external_base
        if image is None or "$" in stage.from_.image.value:
            return
        from dfopt.knowledge.references import parse_reference

        if parse_reference(image) is None:
            near = image.lower()
            hint = f"; did you mean {near}?" if near != image and not image.isupper() and parse_reference(near) else ""
            yield Finding(stage.from_.image, f"{image} is no image reference{hint}")
