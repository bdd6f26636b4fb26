"""What is known of the images that Dockerfiles start from."""

from dfopt.knowledge.bases.base import Base, Kind, Variant
from dfopt.knowledge.bases.candidates import Candidate, smaller
from dfopt.knowledge.bases.identification import identify
from dfopt.knowledge.bases.lifecycles import Lifecycle, end_of_life, lifecycles
from dfopt.knowledge.bases.sizes import Size, size
from dfopt.knowledge.references import Reference, parse_reference

__all__ = [
    "Base",
    "Candidate",
    "Kind",
    "Lifecycle",
    "Reference",
    "Size",
    "Variant",
    "end_of_life",
    "identify",
    "lifecycles",
    "parse_reference",
    "size",
    "smaller",
]
