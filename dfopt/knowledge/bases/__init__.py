"""What is known of the images that Dockerfiles start from."""

from typing import TYPE_CHECKING

from dfopt.lazy import names_of

if TYPE_CHECKING:
    from dfopt.knowledge.bases.base import Base, Kind, Variant
    from dfopt.knowledge.bases.candidates import Candidate, smaller
    from dfopt.knowledge.bases.identification import identify
    from dfopt.knowledge.bases.lifecycle import Lifecycle, end_of_life, lifecycles
    from dfopt.knowledge.bases.sizes import Size, size

__all__ = [
    "Base",
    "Candidate",
    "Kind",
    "Lifecycle",
    "Size",
    "Variant",
    "end_of_life",
    "identify",
    "lifecycles",
    "size",
    "smaller",
]

__getattr__ = names_of(
    __name__,
    {
        "base": "Base Kind Variant",
        "candidates": "Candidate smaller",
        "identification": "identify",
        "lifecycle": "Lifecycle end_of_life lifecycles",
        "sizes": "Size size",
    },
)
