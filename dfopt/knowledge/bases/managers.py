"""The package managers of a distribution's releases and variants."""

import re
from collections.abc import Mapping
from typing import Any

from dfopt.knowledge.bases.base import Variant


def distribution_managers(family: Mapping[str, Any], release: str | None, variant: Variant) -> tuple[str, ...]:
    """The package managers in an image of this family; `family` is its entry in ``bases.json``."""
    last_with_yum = family.get("yum_until")
    if last_with_yum and release and _is_until(release, last_with_yum):
        return ("yum",)
    if variant is Variant.SLIM and "slim_managers" in family:
        return tuple(family["slim_managers"])
    return tuple(family.get("managers", ()))


def _is_until(release: str, last: str) -> bool:
    return [int(number) for number in re.findall(r"[0-9]+", release)] <= [int(n) for n in last.split(".")]
