"""What is known of the images that stages stand on."""

from functools import lru_cache
from typing import TYPE_CHECKING

from dfopt.model.stages import Stage

if TYPE_CHECKING:
    from dfopt.knowledge.bases import Base


@lru_cache(1024)
def identified(reference: str) -> "Base | None":
    """The base that a reference names, looked up once for all rules; None where it is not known."""
    from dfopt.knowledge.bases import identify

    return identify(reference)


def base_of(stage: Stage) -> "Base | None":
    """The base below a stage and the local stages it is built on; None where it is not known."""
    return identified(stage.root_base) if stage.root_base else None
