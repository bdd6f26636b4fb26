"""The rule `download-tools-in-final-stage`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.installed import SYSTEM_MANAGERS, kept, listed, weight
from dfopt.rules.shared.purposes import is_for_people, is_used_at_run_time

_PROGRAMS = {
    "aria2": "aria2c",
    "bzr": "bzr",
    "curl": "curl",
    "git": "git",
    "git-core": "git",
    "mercurial": "hg",
    "subversion": "svn",
    "unzip": "unzip",
    "wget": "wget",
    "xz-utils": "xz",
}


class DownloadToolsInFinalStage(Rule):
    """What only the build downloads with is in the final image.

    ## What it does

    Reports installations of programs that fetch and unpack (`curl`, `wget`, `git`, `unzip`…) in the stages that the
    final image is made of where RUNs of the file use them and nothing else does. Images that start a shell, or a
    script that the file does not show, are left alone: they may use it.

    ## Why is this bad

    The programs, their libraries and, with git, a whole Perl stay in the image, and are what whoever breaks in
    would fetch himself first. The price is the installed size of the packages and of what only they bring in, by
    Debian's package indexes; on other distributions none is stated.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl
    RUN curl -fsSLo /usr/local/bin/app https://example.com/app && chmod +x /usr/local/bin/app
    CMD ["app"]
    ```

    ```dockerfile
    FROM debian:12-slim AS download
    RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl
    RUN curl -fsSLo /usr/local/bin/app https://example.com/app && chmod +x /usr/local/bin/app

    FROM debian:12-slim
    COPY --from=download /usr/local/bin/app /usr/local/bin/app
    CMD ["app"]
    ```
    """

    id = "download-tools-in-final-stage"
    severity = Severity.INFO
    help = "download in a stage of its own, use `ADD --checksum`, or remove them in the RUN that installs them"
    managers = SYSTEM_MANAGERS

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        left = [name for name in kept(command, _PROGRAMS.__contains__) if model.commands_named(_PROGRAMS[name])]
        if not left or is_for_people(model) or is_used_at_run_time(model, frozenset(_PROGRAMS.values())):
            return
        message = f"nothing but the build uses {listed(left)}"
        yield Finding(command, message, cost=weight(command, left))
