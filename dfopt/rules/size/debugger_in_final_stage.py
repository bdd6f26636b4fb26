"""The rule `debugger-in-final-stage`."""

from collections.abc import Iterator

from dfopt.knowledge.packages.kinds import PackageKind, kind
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.installed import SYSTEM_MANAGERS, kept, listed, weight
from dfopt.rules.shared.purposes import is_for_people, is_started


class DebuggerInFinalStage(Rule):
    """Debuggers, tracers or debug symbols are in the final image.

    ## What it does

    Reports installations of debuggers, tracers and profilers (`gdb`, `strace`, `valgrind`…) and of debug symbols
    (`-dbg`, `-dbgsym`, `-debuginfo`) in the stages that the final image is made of, unless the same RUN removes
    them again. Images that start a shell or one of these programs, and stages named for development, are left
    alone.

    ## Why is this bad

    They are not of use before something goes wrong, and then a container beside the running one can have them:
    `docker run --pid container:NAME --cap-add SYS_PTRACE`, or `kubectl debug`. Until then they are large, and help
    whoever breaks in. The price is the installed size of the packages and of what only they bring in, by Debian's
    package indexes; on other distributions none is stated.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx gdb
    CMD ["nginx", "-g", "daemon off;"]
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    CMD ["nginx", "-g", "daemon off;"]
    ```
    """

    id = "debugger-in-final-stage"
    severity = Severity.INFO
    help = "leave them out, and debug from a container beside the running one"
    managers = SYSTEM_MANAGERS

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        left = kept(command, _is_for_debugging)
        if left and not is_for_people(model) and not is_started(left, model):
            message = f"{listed(left)} {'is' if len(left) == 1 else 'are'} only of use for debugging"
            yield Finding(command, message, cost=weight(command, left))


def _is_for_debugging(name: str) -> bool:
    return kind(name) is PackageKind.DEBUG
