"""Instructions of which only the last one of a stage counts."""

from collections.abc import Iterator
from itertools import pairwise

from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding
from dfopt.syntax.nodes import Cmd, Entrypoint, Healthcheck


def overriding(stage: Stage, kind: type[Cmd] | type[Entrypoint] | type[Healthcheck]) -> Iterator[Finding]:
    """A finding for each instruction of a kind that takes the place of an earlier one of its stage."""
    instructions = stage.instructions_of(kind)
    for before, instruction in pairwise(instructions):
        line = before.span.start.line
        message = f"this {instruction.keyword} takes the place of the one in line {line}, which has no effect"
        yield Finding(instruction, message)
