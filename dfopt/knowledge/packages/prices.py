"""Which suite's figures price an installation on a base."""

from enum import StrEnum

from dfopt.frozen import frozen
from dfopt.knowledge.bases.base import Base
from dfopt.knowledge.data_files import read_json
from dfopt.knowledge.packages.catalogue import suites


class Basis(StrEnum):
    """How sure a figure is."""

    CATALOGUE = "catalogue"
    """Of the very suite the base is."""
    ESTIMATE = "estimate"
    """Of the nearest Debian suite: for Ubuntu, and for Debian releases that the catalogue does not hold."""


@frozen()
class Pricing:
    """The suite to ask, and how sure its answers are for the base."""

    suite: str
    basis: Basis


def pricing(base: Base) -> Pricing | None:
    """How to price packages on a base; None where no honest figure can be had: apk, rpm, unknown families.

    Ubuntu's packages differ from Debian's, mostly by little; the Debian suite nearest in time gives an
    estimate. The same holds for Debian releases before and after those of the catalogue, and where the
    release is unknown.
    """
    if "apt" not in base.package_managers or base.family is None:
        return None
    releases: dict[str, str] = read_json("nearest-suites.json")["families"].get(base.family, {})
    if not releases:
        return None
    suite = releases.get(base.release or "") or releases[""]
    names = read_json("bases.json")["releases"].get(base.family, {})
    is_exact = base.family == "debian" and names.get(suite) == base.release and suite in suites()
    return Pricing(suite, Basis.CATALOGUE if is_exact else Basis.ESTIMATE)
