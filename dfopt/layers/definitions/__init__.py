"""Files that say how Dockerfiles are built: Compose files, and the files of `docker buildx bake`."""

import re
from pathlib import Path

from dfopt.layers.definitions.definition import Definition, DefinitionError
from dfopt.layers.fleet import Problem

_COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-].+)?\.ya?ml")
_BAKE = re.compile(r"docker-bake(?:[.-].+)?\.(?:hcl|json)")


def is_definition(name: str) -> bool:
    """Whether a file is one of these, by its name."""
    return bool(_COMPOSE.fullmatch(name) or _BAKE.fullmatch(name))


def read_definition(path: str) -> Definition:
    """The builds that a file defines; never raises."""
    from dfopt.layers.definitions import bake, compose

    try:
        return compose.read(path) if _COMPOSE.fullmatch(Path(path).name) else bake.read(path)
    except DefinitionError as error:
        return Definition((), (Problem(path, str(error)),))
    except (OSError, UnicodeDecodeError) as error:
        return Definition((), (Problem(path, f"can't be read: {error}"),))
