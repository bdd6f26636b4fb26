"""What the rules asked of a build context, and whether the answers are still the same."""

import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from dfopt.cached import cached_property
from dfopt.model.context import Context

T = TypeVar("T")

Observations = list[list[Any]]
"""Question, argument, and answer (its digest where it may be long), each plain data."""


class ObservedContext(Context):
    """A context that notes each question and its answer."""

    def __init__(self, root: Path | str, dockerfile: Path | str | None = None) -> None:
        super().__init__(root, dockerfile)
        self.observations: Observations = []

    @cached_property
    def ignore_file(self) -> Path | None:
        return self._noted("ignore_file", None, super().ignore_file)

    @cached_property
    def ignore_patterns(self) -> tuple[str, ...]:
        return self._noted("ignore_patterns", None, super().ignore_patterns)

    def exists(self, path: str) -> bool:
        return self._noted("exists", path, super().exists(path))

    def is_folder(self, path: str) -> bool:
        return self._noted("is_folder", path, super().is_folder(path))

    def matches(self, pattern: str, limit: int = 10_000) -> Iterator[str]:
        taken: list[str] = []
        try:
            for path in super().matches(pattern, limit):
                taken.append(path)
                yield path
        except GeneratorExit:
            limit = len(taken)
            raise
        finally:
            self._noted("matches", [pattern, limit], taken)

    def _noted(self, question: str, argument: object, answer: T) -> T:
        self.observations.append([question, argument, _digest(answer)])
        return answer


def still_true(observations: Observations, context: Context) -> bool:
    """Whether the context would give the same answers now."""
    return all(
        _digest(_QUESTIONS[question](context, argument)) == answer for question, argument, answer in observations
    )


_QUESTIONS: Mapping[str, Callable[[Context, Any], object]] = {
    "ignore_file": lambda context, _: context.ignore_file,
    "ignore_patterns": lambda context, _: context.ignore_patterns,
    "exists": lambda context, path: context.exists(path),
    "is_folder": lambda context, path: context.is_folder(path),
    "matches": lambda context, argument: list(context.matches(*argument)),
}


def _digest(answer: object) -> str | bool:
    if isinstance(answer, bool):
        return answer
    return blake2b(json.dumps(answer, default=str).encode(), digest_size=12).hexdigest()
