"""The gate of slim: what must hold of every result, one function a check.

Each check gives None, or says what is wrong with the result.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dfopt.model import Config, Model
from dfopt.slim.plan import Plan
from dfopt.slim.subject import Subject
from dfopt.syntax import nodes, second_reader


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A file before and after, and what was planned."""

    subject: Subject
    plan: Plan
    after: Model


def objection(rewrite: Rewrite) -> str | None:
    """Why a result must not be given out; None where it may."""
    return next((reason for check in _CHECKS if (reason := check(rewrite))), None)


def _parses(rewrite: Rewrite) -> str | None:
    known = {problem.code for problem in rewrite.subject.model.tree.problems}
    new = next((problem for problem in rewrite.after.tree.problems if problem.code not in known), None)
    return f"the result can't be read: {new.message} (line {new.span.start.line})" if new else None


def _directives_kept(rewrite: Rewrite) -> str | None:
    before, after = rewrite.subject.model.tree, rewrite.after.tree
    same = [each.token.text for each in before.directives] == [each.token.text for each in after.directives]
    return None if same and before.escape == after.escape else "the parser directives would change"


def _instructions_kept(rewrite: Rewrite) -> str | None:
    """What was there comes first and in the same order, but for the ONBUILDs that move to the final stage."""
    moved = [id(each) for each in rewrite.subject.stage.instructions_of(nodes.Onbuild)]
    before = [each.keyword for each in rewrite.subject.model.tree.instructions if id(each) not in moved]
    after = [each.keyword for each in rewrite.after.tree.instructions]
    return None if after[: len(before)] == before else "the instructions of the original would change"


def _readers_agree(rewrite: Rewrite) -> str | None:
    tree = rewrite.after.tree
    if second_reader.keywords(rewrite.subject.model.tree) != _keywords(rewrite.subject.model):
        return None
    agree = second_reader.keywords(tree) == _keywords(rewrite.after)
    return None if agree else "dockerfile-parse reads other instructions in the result"


def _stages_as_planned(rewrite: Rewrite) -> str | None:
    names = rewrite.plan.names
    added = [stage.name for stage in rewrite.after.stages[-2:]]
    if added != [names.gathering, names.final] or len(rewrite.after.stages) != len(rewrite.subject.model.stages) + 2:
        return "the result would have other stages than planned"
    gathering = rewrite.after.stages[-2].base_stage
    if gathering is None or gathering.index != rewrite.plan.target:
        return "the files would be gathered in another stage than the one that is slimmed"
    return None


def _configuration_kept(rewrite: Rewrite) -> str | None:
    """The final stage says what the original said, but for shell forms that became exec forms."""
    final = rewrite.after.final_stage
    if final is None:
        return "the result would have no stage"
    expected, found = _expected(rewrite), _comparable(final.config)
    different = [name for name in expected if expected[name] != found[name]]
    return f"the final stage would have another {different[0]}" if different else None


def _expected(rewrite: Rewrite) -> dict[str, object]:
    values = _comparable(rewrite.subject.config)
    start = rewrite.plan.contents.start or rewrite.subject.start
    check = start.healthcheck
    return values | {
        "entrypoint": start.entrypoint or (),
        "cmd": start.cmd or (),
        "healthcheck": (check.test, dict(check.options)) if check else None,
    }


def _comparable(config: Config) -> dict[str, object]:
    check = config.healthcheck
    return {
        "env": dict(config.env),
        "user": "" if config.user in (None, "root", "0") else config.user,
        "workdir": config.workdir or "/",
        "entrypoint": config.entrypoint or (),
        "cmd": config.cmd or (),
        "exposed": frozenset(config.exposed),
        "volumes": frozenset(config.volumes),
        "labels": dict(config.labels),
        "healthcheck": (check.test, dict(check.options)) if check else None,
        "stopsignal": config.stopsignal,
        "onbuild": config.onbuild,
        "maintainer": config.maintainer,
    }


def _keywords(model: Model) -> list[str]:
    return [each.keyword for each in model.tree.instructions]


_CHECKS: tuple[Callable[[Rewrite], str | None], ...] = (
    _parses,
    _directives_kept,
    _instructions_kept,
    _readers_agree,
    _stages_as_planned,
    _configuration_kept,
)
