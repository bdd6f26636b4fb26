"""The rule `build-tools-in-final-stage`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.installed import SYSTEM_MANAGERS, kept, listed, weight


class BuildToolsInFinalStage(Rule):
    """Compilers and headers are in the final image.

    ## What it does

    Reports installations of compilers, build systems and development files of libraries in the stages that the final
    image is made of, unless the same RUN removes them again.

    ## Why is this bad

    They are of use while something is built and of none while it runs. They are often most of the image, and they
    help whoever breaks in.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential libssl-dev
    COPY . /src
    RUN make -C /src install
    ```

    ```dockerfile
    FROM debian:12-slim AS build
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential libssl-dev
    COPY . /src
    RUN make -C /src install

    FROM debian:12-slim
    COPY --from=build /usr/local /usr/local
    ```
    """

    id = "build-tools-in-final-stage"
    help = "build in a stage of its own and copy the result into the final one"
    managers = SYSTEM_MANAGERS

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        from dfopt.knowledge.packages import is_build_tool

        if left := kept(command, is_build_tool):
            message = f"{listed(left)} {'is' if len(left) == 1 else 'are'} only of use while building"
            yield Finding(command, message, cost=weight(command, left))
