"""Installations that would be a layer of other images too if they stood nearer to the base."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from dfopt.frozen import frozen
from dfopt.layers.answers import Change, Proposal, ProposalKind
from dfopt.layers.proposals.texts import quoted, spoken
from dfopt.layers.proposals.trial import StageKey, Standing, Trial
from dfopt.layers.recipes import Move, StageRecipe


@frozen()
class _Candidate:
    """A step, and where it could stand."""

    standing: Standing
    move: Move

    @property
    def key(self) -> tuple[str, int, tuple[int, int]]:
        """What is moved: the path, the stage, and the bytes of the instruction."""
        step = self.standing.step
        return step.place.path, self.standing.stage, step.span


def earlier_instructions(trial: Trial) -> Iterator[Proposal]:
    """Proposals that move instructions up, each instruction in one proposal: that which saves the most."""
    groups = _groups(trial)
    moved: set[tuple[str, int, tuple[int, int]]] = set()
    for _, group in sorted(groups.items(), key=lambda item: (-_promise(trial, *item), item[0])):
        keys = {each.key for each in group}
        if moved.isdisjoint(keys) and (proposal := _proposal(trial, group)):
            moved |= keys
            yield proposal


def _groups(trial: Trial) -> Mapping[str, list[_Candidate]]:
    """By the id that layers would have: the instructions that can be moved to where it is theirs."""
    groups: dict[str, list[_Candidate]] = defaultdict(list)
    for standing in trial.standings():
        for move in standing.step.moves:
            id_ = _id_after(trial, standing, move)
            if id_ != standing.layer.id:
                groups[id_].append(_Candidate(standing, move))
    return {id_: group for id_, group in groups.items() if _layers_now(trial, id_, group) > 1}


def _id_after(trial: Trial, standing: Standing, move: Move) -> str:
    recipe = trial.resolver.recipes[standing.recipe]
    chain = trial.resolver.chain(standing.recipe, recipe.target)
    below = chain.names[chain.starts[standing.stage] + move.position]
    return trial.resolver.id_of(standing.recipe, standing.step, below, move.state)


def _layers_now(trial: Trial, id_: str, group: Sequence[_Candidate]) -> int:
    return len({each.standing.layer.id for each in group}) + (1 if trial.users[id_] else 0)


def _promise(trial: Trial, id_: str, group: Sequence[_Candidate]) -> int:
    """What a move saves if all that stands on it stays as it is."""
    size = max(each.standing.layer.bytes or 0 for each in group)
    return size * (_layers_now(trial, id_, group) - 1)


def _proposal(trial: Trial, group: Sequence[_Candidate]) -> Proposal | None:
    moves: dict[StageKey, list[_Candidate]] = defaultdict(list)
    different = {each.key: each for each in group}
    for (path, stage, _), each in sorted(different.items()):
        moves[path, stage].append(each)
    if any(len(each) > 1 for each in moves.values()):
        return None
    edits: dict[StageKey, Callable[[StageRecipe], StageRecipe]] = {
        key: partial(_moved, span=each.standing.step.span, offset=each.move.offset) for key, (each,) in moves.items()
    }
    saving = trial.saving(trial.changed(edits))
    if saving is None:
        return None
    steps = [each.standing.step for each in different.values()]
    places = tuple(sorted({step.place for step in steps}, key=lambda place: (place.path, place.line)))
    return Proposal(
        kind=ProposalKind.EARLIER,
        message=f"Move {quoted(steps[0].instruction)} in {spoken(places)} up to where it stands on the same layers"
        " in all of these images.",
        bytes=saving.bytes,
        basis=saving.basis,
        images=trial.names(each.standing.recipe for each in group),
        places=places,
        changes=tuple([change for _, each in sorted(different.items()) for change in _changes(each)]),
    )


def _moved(stage: StageRecipe, *, span: tuple[int, int], offset: int) -> StageRecipe:
    """A stage with one step moved to the place of its move to `offset`; as it is where it has none."""
    step = next((each for each in stage.steps if each.span == span), None)
    move = next((each for each in step.moves if each.offset == offset), None) if step else None
    if step is None or move is None:
        return stage
    steps = [each for each in stage.steps if each is not step]
    steps.insert(move.position, replace(step, state=move.state))
    return replace(stage, steps=tuple(steps))


def _changes(candidate: _Candidate) -> tuple[Change, Change]:
    step, offset = candidate.standing.step, candidate.move.offset
    path = step.place.path
    return Change(path, offset, offset, f"\nRUN {step.script}"), Change(path, *step.span, "")
