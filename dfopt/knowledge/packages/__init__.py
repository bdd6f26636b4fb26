"""Debian packages: sizes, dependencies, kinds.

The catalogue (``data/debian.sqlite``) holds what Dockerfiles install from Debian's main for amd64, with all
that it depends on or recommends, for the suites of `suites`. Nothing is read before the first question.
"""

from dfopt.knowledge.packages.catalogue import (
    Package,
    about,
    base_set,
    is_known,
    lookup,
    suites,
)
from dfopt.knowledge.packages.closures import Closure, closure, recommended_bytes
from dfopt.knowledge.packages.kinds import PackageKind, is_build_tool, kind
from dfopt.knowledge.packages.lists import lists_bytes
from dfopt.knowledge.packages.present import present
from dfopt.knowledge.packages.prices import Basis, Pricing, pricing
from dfopt.knowledge.packages.successors import successor

__all__ = [
    "Basis",
    "Closure",
    "Package",
    "PackageKind",
    "Pricing",
    "about",
    "base_set",
    "closure",
    "is_build_tool",
    "is_known",
    "kind",
    "lists_bytes",
    "lookup",
    "present",
    "pricing",
    "recommended_bytes",
    "successor",
    "suites",
]
