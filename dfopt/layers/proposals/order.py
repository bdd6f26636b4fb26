"""Installations that are the same but for spaces and the order of packages."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from dfopt.layers.answers import Change, Proposal, ProposalKind
from dfopt.layers.proposals.texts import quoted, spoken
from dfopt.layers.proposals.trial import StageKey, Standing, Trial
from dfopt.layers.recipes import StageRecipe, Step


def same_orders(trial: Trial) -> Iterator[Proposal]:
    """A proposal for each group of installations on the same layers that are one layer once they are written alike."""
    groups: dict[tuple[str, str, str], list[Standing]] = defaultdict(list)
    for standing in trial.standings():
        step = standing.step
        if step.sorted:
            groups[standing.below, step.sorted, step.state].append(standing)
    for group in groups.values():
        if len({standing.layer.id for standing in group}) > 1:
            yield from _proposal(trial, group)


def _proposal(trial: Trial, group: list[Standing]) -> Iterator[Proposal]:
    model = _model(group)
    others = {(each.step.place.path, each.stage, each.step.span): each for each in group if each.step.own != model.own}
    edits: dict[StageKey, Callable[[StageRecipe], StageRecipe]] = {}
    for path, stage, span in others:
        before = edits.get((path, stage))
        edits[path, stage] = partial(_written_as, span=span, model=model, before=before)
    saving = trial.saving(trial.changed(edits))
    if saving is None:
        return
    places = tuple(sorted({each.step.place for each in others.values()}, key=lambda place: (place.path, place.line)))
    yield Proposal(
        kind=ProposalKind.SORTED,
        message=f"Write {quoted(model.instruction)} in {spoken(places)} as in {model.place.path}:"
        " the packages are the same, in another order or with other spaces.",
        bytes=saving.bytes,
        basis=saving.basis,
        images=trial.names(each.recipe for each in group),
        places=(model.place, *places),
        changes=tuple([_change(each.step, model) for _, each in sorted(others.items())]),
    )


def _model(group: list[Standing]) -> Step:
    """The step that most images have, the first by place of several."""
    counts = Counter(each.step.own for each in group)
    return min((each.step for each in group), key=lambda step: (-counts[step.own], step.place.path, step.place.line))


def _written_as(
    stage: StageRecipe,
    *,
    span: tuple[int, int],
    model: Step,
    before: Callable[[StageRecipe], StageRecipe] | None,
) -> StageRecipe:
    changed = before(stage) if before else stage
    steps = [_alike(step, model) if step.span == span else step for step in changed.steps]
    return replace(changed, steps=tuple(steps))


def _alike(step: Step, model: Step) -> Step:
    return replace(step, own=model.own, script=model.script, instruction=model.instruction)


def _change(step: Step, model: Step) -> Change:
    return Change(step.place.path, *step.script_span, model.script or "")
