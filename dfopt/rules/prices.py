"""What packages weigh on the base of a stage."""

from functools import lru_cache

from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Basis, Cost


def lists_cost(stage: Stage) -> Cost | None:
    """What `apt-get update` leaves in a layer; None where no honest figure can be had."""
    from dfopt.knowledge.packages import lists_bytes

    if (found := _suite(stage)) is None:
        return None
    suite, basis = found
    size = lists_bytes(suite)
    return Cost(size, basis) if size else None


def recommended_cost(stage: Stage, names: tuple[str, ...]) -> Cost | None:
    """What the recommended packages of an installation weigh; None where a name is not known."""
    from dfopt.knowledge.packages import is_known, recommended_bytes

    if (found := _suite(stage)) is None or not names or not all(is_known(found[0], name) for name in names):
        return None
    size = recommended_bytes(found[0], names)
    return Cost(size, found[1]) if size else None


def installed_cost(stage: Stage, names: tuple[str, ...], *, recommends: bool) -> Cost | None:
    """What an installation weighs with all that it brings in; None where a name is not known."""
    from dfopt.knowledge.packages import closure

    if (found := _suite(stage)) is None or not names:
        return None
    added = closure(found[0], names, recommends=recommends)
    if added.unknown or not added.packages:
        return None
    return Cost(added.installed_bytes, Basis.ESTIMATE if added.replaced else found[1])


def _suite(stage: Stage) -> tuple[str, Basis] | None:
    """The Debian suite whose figures hold for a stage, and how sure they are."""
    return _suite_of(stage.root_base) if stage.root_base else None


@lru_cache(1024)
def _suite_of(reference: str) -> tuple[str, Basis] | None:
    from dfopt.knowledge.bases import identify
    from dfopt.knowledge.packages import pricing

    base = identify(reference)
    found = pricing(base) if base else None
    return (found.suite, Basis(found.basis.value)) if found else None
