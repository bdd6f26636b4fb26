"""What would make a fleet smaller, each tried out on its recipes: a proposal claims what the try saves."""

from collections.abc import Iterator

from dfopt.layers.answers import Proposal
from dfopt.layers.proposals.base import common_bases
from dfopt.layers.proposals.earlier import earlier_instructions
from dfopt.layers.proposals.order import same_orders
from dfopt.layers.proposals.trial import Trial
from dfopt.layers.resolving import Resolver


def propose(resolver: Resolver) -> Iterator[Proposal]:
    """All proposals for a fleet of Dockerfiles. Each is about the fleet as it is, without the others."""
    trial = Trial(resolver)
    yield from same_orders(trial)
    yield from earlier_instructions(trial)
    yield from common_bases(trial)
