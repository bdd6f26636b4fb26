"""The rule `undefined-stage`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.stage_names import references_in


class UndefinedStage(Rule):
    """Something is taken from a stage that is not there.

    ## What it does

    Reports `COPY --from` and `--mount=from=` with a name or number that is no earlier stage and no image: a stage
    further down, a number that is too high, a name that no stage and none of Docker's official images has. Reports FROM
    with the name of a stage further down too. A reference with a tag, a digest, a registry or an organisation is an
    image and fine.

    ## Why is this bad

    The builder looks for an image of that name in a registry, and fails or finds one that somebody else made. If it is
    a context that the build gives by `--build-context`, ignore the finding there.

    ## Example

    ```dockerfile
    FROM golang:1.24 AS builder
    FROM scratch
    COPY --from=bulider /app /app
    ```

    ```dockerfile
    FROM golang:1.24 AS builder
    FROM scratch
    COPY --from=builder /app /app
    ```
    """

    id = "undefined-stage"
    aliases = ("DL3022",)
    help = "name a stage that stands above, or an image with its tag"

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if stage.external_base and _is_bare(stage.external_base) and _is_below(stage, stage.external_base):
            message = f"the stage {stage.external_base} stands further down; FROM takes an image of that name"
            yield Finding(stage.from_.image, message)
        for instruction in stage.instructions:
            for reference in references_in(instruction):
                if fault := _fault(stage, reference.name):
                    yield Finding(reference, fault)


def _fault(stage: Stage, name: str) -> str | None:
    if stage.source_stage(name) or not _is_bare(name) or name.lower() == (stage.name or "").lower():
        return None
    if name.isdecimal():
        return f"there is no stage {name} above" if int(name) != stage.index else None
    if _is_below(stage, name):
        return f"the stage {name} stands further down"
    return None if _is_known_image(name) else f"{name} is no stage above{_suggestion(stage, name)}"


def _is_bare(name: str) -> bool:
    """Whether a name is one word, as those of stages are."""
    return not any(character in name for character in ":/@.")


def _is_below(stage: Stage, name: str) -> bool:
    last = stage.model.stage(name)
    return last is not None and last.index > stage.index and not _is_known_image(name)


def _is_known_image(name: str) -> bool:
    from dfopt.knowledge.bases import identify

    return identify(name) is not None


def _suggestion(stage: Stage, name: str) -> str:
    from difflib import get_close_matches

    nearest = stage.model.stages[max(0, stage.index - 100) : stage.index]
    names = [each.name for each in nearest if each.name]
    near = get_close_matches(name, names, n=1)
    return f"; did you mean {near[0]}?" if near else ""
