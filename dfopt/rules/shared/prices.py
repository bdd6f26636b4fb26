"""What packages weigh on the base of a stage."""

from functools import lru_cache

from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Basis, Cost
from dfopt.rules.shared.bases import identified


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
    size = recommended_bytes(found[0], names, already=_present(stage))
    return Cost(size, found[1]) if size else None


def saved_cost(stage: Stage, names: tuple[str, ...], others: tuple[str, ...], *, recommends: bool) -> Cost | None:
    """What an image is smaller by without some packages and what only they bring in; None where one is not known.

    `others` are the packages that stay. What they need is not counted, even where the others are not all known.
    """
    from dfopt.knowledge.packages import closure

    if (found := _suite(stage)) is None or not names:
        return None
    suite, basis = found
    already = _present(stage)
    wanted = closure(suite, names, recommends=recommends, already=already)
    if wanted.unknown:
        return None
    stays = closure(suite, others, recommends=recommends, already=already)
    saved = {each.name: each.installed_bytes for each in wanted.packages}
    for each in stays.packages:
        saved.pop(each.name, None)
    is_sure = not (wanted.replaced or stays.replaced or stays.unknown)
    return Cost(sum(saved.values()), basis if is_sure else Basis.ESTIMATE) if saved else None


def difference_cost(stage: Stage, name: str, smaller: str, *, recommends: bool) -> Cost | None:
    """What an installation of one package instead of another saves; None where one of them is not known."""
    from dfopt.knowledge.packages import closure, is_known

    if (found := _suite(stage)) is None or not (is_known(found[0], name) and is_known(found[0], smaller)):
        return None
    already = _present(stage)
    large, small = (closure(found[0], (each,), recommends=recommends, already=already) for each in (name, smaller))
    saved = large.installed_bytes - small.installed_bytes
    return Cost(saved, found[1]) if saved > 0 else None


def package_cost(stage: Stage, names: tuple[str, ...]) -> Cost | None:
    """What packages weigh by themselves, without what they bring in; None where a name is not known."""
    from dfopt.knowledge.packages import lookup

    if (found := _suite(stage)) is None:
        return None
    packages = [lookup(found[0], name) for name in names]
    sizes = [package.installed_bytes for package in packages if package]
    return Cost(sum(sizes), found[1]) if sizes and len(sizes) == len(packages) else None


def _suite(stage: Stage) -> tuple[str, Basis] | None:
    """The Debian suite whose figures hold for a stage, and how sure they are."""
    return _suite_of(stage.root_base) if stage.root_base else None


def _present(stage: Stage) -> frozenset[str] | None:
    """The packages that the base of a stage brings."""
    return present_in(stage.root_base) if stage.root_base else None


@lru_cache(1024)
def present_in(reference: str) -> frozenset[str] | None:
    """The packages in an image; None where the catalogue does not know it."""
    from dfopt.knowledge.packages import present

    base = identified(reference)
    return present(base) if base else None


@lru_cache(1024)
def _suite_of(reference: str) -> tuple[str, Basis] | None:
    from dfopt.knowledge.packages import pricing

    base = identified(reference)
    found = pricing(base) if base else None
    return (found.suite, Basis(found.basis.value)) if found else None
