"""Bases that bring a compiler to a final image that only runs a program."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Basis, Cost
from dfopt.rules.rule import Finding
from dfopt.rules.shared.bases import identified
from dfopt.rules.shared.entry import entries

if TYPE_CHECKING:
    from dfopt.knowledge.bases import Base, Candidate

_SHELLS = frozenset({"bash", "sh", "zsh"})
"""With arguments they only start something else."""


def finding(model: Model, is_wanted: "Callable[[Base], bool]") -> Finding | None:
    """That the final image's base has a smaller one for running what it compiles; None where it has none."""
    from dfopt.knowledge.bases import smaller

    final = model.final_stage
    lowest = final.lineage[-1] if final else None
    reference = lowest.external_base if lowest else None
    base = identified(reference) if reference else None
    if lowest is None or base is None or base.is_windows or not is_wanted(base):
        return None
    candidates = [each for each in smaller(base) if each.is_final_only]
    if not candidates:
        return None
    return Finding(
        lowest.from_.image,
        f"{reference} is made for building, and the final image only runs a program",
        help=f"build in a stage of its own, and copy the result to {candidates[0].reference}",
        cost=saving(base, candidates[0]),
    )


def saving(base: "Base", candidate: "Candidate") -> Cost | None:
    """By how much a candidate is smaller, on disk; None where one of both sizes is not known."""
    from dfopt.knowledge.bases import size

    before, after = size(base), candidate.size
    if not before or not after or not before.uncompressed or not after.uncompressed:
        return None
    saved = before.uncompressed - after.uncompressed
    return Cost(saved, Basis.CATALOGUE) if saved > 0 else None


def runs_one_of(model: Model, programs: frozenset[str], verbs: Mapping[str, frozenset[str]]) -> bool:
    """Whether the container starts one of these programs, one of the `verbs` of a program, or nothing that is known."""
    commands = [command for entry in entries(model) for command in entry.commands if command.words]
    if not commands:
        return True
    last = max(commands, key=lambda each: each.start)
    words = [word.value for word in last.arguments]
    if verbs.get(last.program, frozenset()) & set(words[:1]):
        return True
    return any(each.program in programs and not (each.program in _SHELLS and each.arguments) for each in commands)
