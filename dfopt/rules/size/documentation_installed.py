"""The rule `documentation-installed`."""

from collections.abc import Iterator

from dfopt.knowledge.packages.kinds import PackageKind, kind
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.installed import SYSTEM_MANAGERS, kept, listed, weight
from dfopt.rules.shared.purposes import is_for_people

_WRITES_DOCUMENTATION = ("docbook", "groff", "install-info", "linuxdoc-tools")


class DocumentationInstalled(Rule):
    """Packages of documentation are in the final image.

    ## What it does

    Reports installations of manual pages, of the programs that show them, and of `-doc` packages in the stages that
    the final image is made of, unless the same RUN removes them again. Images that start a shell are left alone.

    ## Why is this bad

    Nobody reads in a container. The price is the installed size of the packages and of what only they bring in, by
    Debian's package indexes; on other distributions none is stated.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx man-db
    CMD ["nginx", "-g", "daemon off;"]
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    CMD ["nginx", "-g", "daemon off;"]
    ```
    """

    id = "documentation-installed"
    severity = Severity.INFO
    help = "leave the documentation out"
    managers = SYSTEM_MANAGERS

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if (left := kept(command, _is_documentation)) and not is_for_people(model):
            yield Finding(command, f"nobody reads {listed(left)} in a container", cost=weight(command, left))


def _is_documentation(name: str) -> bool:
    return kind(name) is PackageKind.DOCUMENTATION and not name.startswith(_WRITES_DOCUMENTATION)
