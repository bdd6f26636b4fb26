"""The rule `virtual-environment-copied`."""

from collections.abc import Iterator

from dfopt.model.context import Context
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.picked_up import picked_up
from dfopt.syntax.nodes import Add, Copy


class VirtualEnvironmentCopied(Rule):
    """A virtual environment of the build machine is copied into the image.

    ## What it does

    Reports COPY and ADD of `.venv` or `venv` from the build context in the stages that the final image is made of: by
    name, or with the whole context where the context is known, has one, and no `.dockerignore` leaves it out.

    ## Why is this bad

    A virtual environment is bound to the Python and the paths of the machine that made it: in the image its programs
    point to an interpreter that is not there, and it is bytes. No price is stated, for it is that of the folder.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    COPY .venv /app/.venv
    ```

    ```dockerfile
    FROM python:3.13-slim
    COPY requirements.txt /app/
    RUN pip install --no-cache-dir -r /app/requirements.txt
    ```
    """

    id = "virtual-environment-copied"
    help = "put it into .dockerignore and install in the build"
    instructions = (Copy, Add)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for source, name in picked_up(stage, model, (".venv", "venv"), _is_environment):
            yield Finding(source.word, f"{name}, a virtual environment of the build machine, is copied into the image")


def _is_environment(name: str, context: Context) -> bool:
    return context.exists(f"{name}/pyvenv.cfg")
