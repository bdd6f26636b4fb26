"""What a run fixed and refused, by rule."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from dfopt.fix.engine import FixResult


@dataclass(slots=True)
class RuleStatistics:
    """One rule: how many of its fixes were applied, why others were refused, and the bytes that the images save."""

    applied: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    saved: int = 0


def by_rule(results: Iterable[FixResult]) -> dict[str, RuleStatistics]:
    """The statistics of each rule that had something to fix, the most active rule first."""
    rules: defaultdict[str, RuleStatistics] = defaultdict(RuleStatistics)
    for result in results:
        for diagnostic in result.applied:
            rules[diagnostic.rule].applied += 1
            rules[diagnostic.rule].saved += diagnostic.cost.bytes if diagnostic.cost else 0
        for refusal in result.refused:
            rules[refusal.diagnostic.rule].refused[refusal.reason] += 1
    return dict(sorted(rules.items(), key=lambda item: (-item[1].applied, -item[1].refused.total(), item[0])))
