"""The rule `npm-upgraded-in-image`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships


class NpmUpgradedInImage(Rule):
    """The npm of an image of Node.js is replaced.

    ## What it does

    Reports `npm install --global npm` on an official image of Node.js, in the stages that the final image is made of.

    ## Why is this bad

    These images bring an npm that fits their Node.js. The new one lies in another layer, so both ship, and at run
    time nobody needs either. No price is stated: it depends on the versions; npm is some 10 MB.

    ## Example

    ```dockerfile
    FROM node:20-slim
    RUN npm install --global npm@11.0.0
    ```

    ```dockerfile
    FROM node:24-slim
    RUN npm --version
    ```
    """

    id = "npm-upgraded-in-image"
    severity = Severity.HINT
    help = "take the image of a Node.js that brings the npm that is needed, or upgrade in a build stage only"
    managers = ("npm",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.is_install or not command.has_option("-g", "--global", "--location"):
            return
        package = next((each for each in command.packages if each.name == "npm"), None)
        if package and ships(command.run.stage) and _is_node(command.run.stage.root_base):
            yield Finding(package, "the npm of the base image ships beside the one that replaces it")


def _is_node(reference: str | None) -> bool:
    from dfopt.knowledge.bases import identify

    base = identify(reference) if reference else None
    return base is not None and base.image == "node"
