"""From a model to a plan, or to the reason why there is none."""

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from dfopt.model import Model, Stage
from dfopt.slim.base import BaseConfig, known_base
from dfopt.slim.eligibility import objection_to_file, objection_to_stage, objection_to_subject
from dfopt.slim.plan import Contents, Gap, Kept, Names, Plan, Refusal
from dfopt.slim.recipes import RECIPES
from dfopt.slim.restating import restate
from dfopt.slim.stage.instructions import Roots
from dfopt.slim.subject import Subject

Choice = tuple[str, ...]
BaseOf = Callable[[Stage], BaseConfig | None]
"""What the lowest stage's base sets; None where that is not known."""


def base_from_catalogue(stage: Stage) -> BaseConfig | None:
    """What is known without an engine."""
    return known_base(stage.root_base or "")


@dataclass(frozen=True, slots=True)
class Choices:
    """What is kept and left out whatever the closure finds: globs of paths in the image, and gaps that were found."""

    keep: Choice = ()
    drop: Choice = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what it was made for."""

    subject: Subject
    plan: Plan


def plan(
    model: Model,
    *,
    target: str | None = None,
    keep: Choice = (),
    drop: Choice = (),
    gaps: tuple[Gap, ...] = (),
    base_of: BaseOf = base_from_catalogue,
) -> Planned | Refusal:
    """What to write; `keep` and `drop` are globs of paths in the image, `gaps` what the closure is known to miss."""
    if refusal := objection_to_file(model):
        return refusal
    stage = _target(model, target)
    if stage is None:
        return Refusal("no-target", f"there is no stage {target}; the stages are {_listed(model.stages)}")
    if refusal := objection_to_stage(stage):
        return refusal
    base = base_of(stage)
    if base is None:
        return Refusal(
            "unknown-base",
            f"what its base {stage.root_base} sets (ENV, USER, ENTRYPOINT) is not known here; use an engine to look",
        )
    return _plan(Subject(model, stage, base), Choices(keep, drop, gaps))


def _plan(subject: Subject, choices: Choices) -> Planned | Refusal:
    if refusal := objection_to_subject(subject):
        return refusal
    passed_over: dict[str, Refusal] = {}
    contents = None
    for recipe in RECIPES:
        match = recipe.applies(subject)
        if isinstance(match, Refusal):
            passed_over[recipe.name] = match
        elif match is not None:
            contents = recipe.plan(subject, match)
            break
    contents = contents or general(subject)
    restated = restate(subject, contents.start)
    if isinstance(restated, Refusal):
        return restated
    chosen = Plan(
        target=subject.stage.index,
        names=_names(subject),
        contents=_with_choices(contents, choices),
        restated=restated if contents.base == "scratch" or subject.config.user else ("USER root", *restated),
        notes=(*(contents.start or subject.start).changes, *_unstated(subject)),
        gaps=choices.gaps,
        passed_over=passed_over,
    )
    return Planned(subject, chosen)


def general(subject: Subject) -> Contents:
    """The closure of what the image starts, of what COPY brought and of what was installed by name."""
    roots = Roots(subject.start_words, subject.brought, subject.packages, subject.kept, subject.surplus)
    return Contents("closure", "what its programs need, found while it builds", tuple(_reasons(subject, roots)), roots)


def _reasons(subject: Subject, roots: Roots) -> Iterable[Kept]:
    yield from started(subject)
    for place in roots.brought:
        yield Kept(place, "COPY, ADD, VOLUME or WORKDIR names it")
    for name in roots.named:
        yield Kept(name, "package installed by name")
    for glob in roots.keep:
        is_users = glob in ("/etc/passwd", "/etc/group")
        yield Kept(glob, "names of users and groups" if is_users else "copied to a place that is known in part only")


def started(subject: Subject) -> Iterable[Kept]:
    """What ENTRYPOINT, CMD and HEALTHCHECK run."""
    yield Kept(shlex.join(subject.start.command), "ENTRYPOINT and CMD run it")
    if subject.start.healthcheck and subject.start.healthcheck.test[0] != "NONE":
        yield Kept(shlex.join(subject.start.healthcheck.test[1:]), "HEALTHCHECK runs it")
    for shell in subject.start.shells:
        yield Kept(shell, "the shell of a command that is more than one program")


def _with_choices(contents: Contents, choices: Choices) -> Contents:
    chosen = [Kept(glob, "kept by choice", is_optional=True) for glob in choices.keep]
    chosen += [Kept(gap.path, f"a run without it said {gap.said!r}", is_optional=True) for gap in choices.gaps]
    kept = (*contents.kept, *chosen)
    globs = tuple([each.name for each in chosen])
    if contents.roots is None:
        return replace(contents, kept=kept, chosen=globs, rejected=choices.drop)
    return replace(contents, roots=replace(contents.roots, chosen=globs, rejected=choices.drop), kept=kept)


def _target(model: Model, target: str | None) -> Stage | None:
    if target is None:
        return model.final_stage
    return model.stage(int(target)) if target.isdecimal() else model.stage(target)


def _listed(stages: Iterable[Stage]) -> str:
    return ", ".join([stage.name or str(stage.index) for stage in stages])


def _names(subject: Subject) -> Names:
    taken = {stage.name.lower() for stage in subject.model.stages if stage.name}

    def free(name: str) -> str:
        candidates = (name, *(f"{name}-{number}" for number in range(2, 1000)))
        chosen = next(candidate for candidate in candidates if candidate not in taken)
        taken.add(chosen)
        return chosen

    return Names(subject.stage.name or free("original"), free("gathered"), free("slim"))


def _unstated(subject: Subject) -> Iterable[str]:
    if subject.base.unstated:
        names = ", ".join(sorted(subject.base.unstated))
        yield f"not restated, since they only say which version the base has: {names}"
