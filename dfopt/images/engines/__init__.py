"""Container engines: `find_engine` gives the one to use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from dfopt.images.engines.buildah import Buildah
from dfopt.images.engines.buildkit import BuildKit
from dfopt.images.engines.docker import Docker
from dfopt.images.engines.podman import Podman
from dfopt.images.errors import EngineError

if TYPE_CHECKING:
    from dfopt.images.engines.engine import Engine

    EngineChoice = Literal["auto", "docker", "podman", "buildah", "buildkit"]

_ENGINES: tuple[type[Engine], ...] = (Docker, Podman, Buildah, BuildKit)


def find_engine(choice: EngineChoice) -> Engine:
    """The engine asked for, or with `auto` the first that works, in the order of `EngineChoice`.

    Raises:
        EngineError: it can't be used here; with `auto`, why each of them can't.
    """
    reasons = []
    for kind in _ENGINES:
        if choice not in {"auto", kind.name}:
            continue
        engine = kind()
        try:
            engine.check()
        except EngineError as error:
            reasons.append(str(error))
        else:
            return engine
    if choice == "auto":
        reasons.insert(0, "no container engine can be used here; install one, or mend what it says:")
    raise EngineError("\n".join(reasons))
