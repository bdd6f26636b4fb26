"""The rule `base-end-of-life`."""

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.rules.shared.bases import identified

if TYPE_CHECKING:
    from dfopt.knowledge.bases import Lifecycle


class BaseEndOfLife(Rule):
    """A base gets no fixes any more.

    ## What it does

    Reports a FROM whose image is a release that its makers no longer mend: of the distribution, of the language, or of
    the image itself. The last day is the one on which the project gives fixes to everybody; paid extensions don't
    count. Tags that move with time (`latest`, `stable`, `lts`) are left out.

    Rules don't look at the clock, so that the same file gives the same result: the day is that of the catalogue, which
    comes with each version of dfopt, or the one that the option `today` names.

    ## Why is this bad

    Holes that are found after that day stay open, in each image that is built on it. The package mirrors go too: one
    day `apt-get update` fails.

    ## Example

    ```dockerfile
    FROM debian:9
    ```

    ```dockerfile
    FROM debian:13
    ```
    """

    id = "base-end-of-life"
    help = "take a release that is maintained"

    today = Option("", "The day, as YYYY-MM-DD, that releases are judged by; that of the catalogue where it is empty.")

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if stage.external_base is None:
            return
        from dfopt.knowledge.bases.lifecycle import end_of_life, lifecycles

        base = identified(stage.external_base)
        last = end_of_life(base, self._today) if base else None
        if base and last and not _is_placeholder(base.version):
            ended = next(each for each in lifecycles(base) if each.end == last)
            yield Finding(stage.from_.image, f"{stage.external_base} has had no fixes since {last} ({_name(ended)})")

    @property
    def _today(self) -> datetime.date:
        from dfopt.knowledge.data_files import read_json

        return datetime.date.fromisoformat(self.today or read_json("lifecycles.json")["date"])


def _is_placeholder(version: str | None) -> bool:
    """Whether a version is one that stands in templates (`0.0.0`)."""
    return version is not None and set(version) <= {"0", "."}


def _name(ended: "Lifecycle") -> str:
    return f"the tag {ended.cycle}" if ended.product == "image" else f"{ended.product} {ended.cycle}"
