"""The rule `base-has-smaller-equivalent`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.final_base import saving


class BaseHasSmallerEquivalent(Rule):
    """The final image stands on a base that has a smaller variant.

    ## What it does

    Reports the FROM below the final image where the same image exists in a smaller variant with the same C library,
    shell and package manager, such as `-slim`, or with a runtime in place of a compiler or JDK that the final image has
    no use for.

    ## Why is this bad

    What a base brings ships with every image on it: documentation, tools for the prompt, compilers, libraries for
    programs that are not there.

    ## Example

    ```dockerfile
    FROM python:3.13-bookworm
    CMD ["python3"]
    ```

    ```dockerfile
    FROM python:3.13-slim-bookworm
    CMD ["python3"]
    ```
    """

    id = "base-has-smaller-equivalent"
    severity = Severity.INFO
    help = "take the smaller variant, and install what the program needs beside it"

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        if final is None or stage is not final.lineage[-1] or stage.external_base is None:
            return
        from dfopt.knowledge.bases import identify, smaller

        base = identify(stage.external_base)
        if base is None or base.is_windows:
            return
        candidate = next(
            (each for each in smaller(base) if set(each.loses) <= {"libraries"} and not each.is_final_only), None
        )
        if candidate:
            message = f"{stage.external_base} has a smaller variant, {candidate.reference}"
            yield Finding(stage.from_.image, message, cost=saving(base, candidate))
