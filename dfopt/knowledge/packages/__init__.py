"""Debian packages: sizes, dependencies, kinds.

The catalogue of sizes (``data/debian.sqlite``) holds what Dockerfiles install from Debian's main for amd64, with all
that it depends on or recommends, for the suites of `suites`. Nothing is read before the first question.
"""

from typing import TYPE_CHECKING

from dfopt.lazy import names_of

if TYPE_CHECKING:
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
    from dfopt.knowledge.packages.lines import has_lines, version_line
    from dfopt.knowledge.packages.lists import lists_bytes
    from dfopt.knowledge.packages.of_base import present
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
    "has_lines",
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
    "version_line",
]

__getattr__ = names_of(
    __name__,
    {
        "catalogue": "Package about base_set is_known lookup suites",
        "closures": "Closure closure recommended_bytes",
        "kinds": "PackageKind is_build_tool kind",
        "lines": "has_lines version_line",
        "lists": "lists_bytes",
        "of_base": "present",
        "prices": "Basis Pricing pricing",
        "successors": "successor",
    },
)
