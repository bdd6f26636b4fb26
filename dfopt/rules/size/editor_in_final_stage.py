"""The rule `editor-in-final-stage`."""

from collections.abc import Iterator

from dfopt.knowledge.packages.kinds import PackageKind, kind
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.installed import SYSTEM_MANAGERS, kept, listed, weight
from dfopt.rules.shared.purposes import is_for_people, is_started

_STREAM_EDITORS = ("ed",)


class EditorInFinalStage(Rule):
    """An editor is in the final image.

    ## What it does

    Reports installations of editors (`vim`, `nano`, `emacs`…) in the stages that the final image is made of, unless
    the same RUN removes them again. Images that start a shell or the editor, and stages named for development, are
    left alone.

    ## Why is this bad

    What is edited in a container is gone with it, and an image is changed in its Dockerfile. The price is the
    installed size of the packages and of what only they bring in, by Debian's package indexes; on other distributions
    none is stated.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx vim
    CMD ["nginx", "-g", "daemon off;"]
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    CMD ["nginx", "-g", "daemon off;"]
    ```
    """

    id = "editor-in-final-stage"
    severity = Severity.INFO
    help = "leave the editor out; `docker cp` brings a file out and in again"
    managers = SYSTEM_MANAGERS

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        left = kept(command, _is_editor)
        if left and not is_for_people(model) and not is_started(left, model):
            yield Finding(command, f"nobody edits with {listed(left)} in a container", cost=weight(command, left))


def _is_editor(name: str) -> bool:
    return kind(name) is PackageKind.EDITOR and name not in _STREAM_EDITORS
