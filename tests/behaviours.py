"""What a container of a subject does, by the subject's own probe."""

import os
import re
import subprocess
from pathlib import Path

from dfopt.images import Engine, ImageRef


def behaviours(engine: Engine, image: ImageRef, subject: Path) -> list[str]:
    """The names of the behaviours that a container of the image shows, in their order."""
    with engine.run(image, network="host") as container:
        done = subprocess.run(
            [subject / "probe.sh", container.name],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "DOCKER": engine.name},
        )
    return re.findall(r"^ok (\S+)", done.stdout, re.MULTILINE)
