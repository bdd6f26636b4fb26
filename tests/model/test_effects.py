"""Layer effects, file by file in a form that people can read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dfopt.model import Effect, Model

FOLDER = Path(__file__).parents[2] / "fixtures" / "model" / "effects"

ModelOf = Callable[[str], Model]


def shown(effect: Effect) -> str:
    return "".join(
        [
            "" if effect.certain else "maybe ",
            effect.kind.value,
            " contents of " if effect.contents_only else " ",
            effect.path,
            "/**" if effect.recursive else "/" if effect.is_folder else "",
            f" <- {effect.source}" if effect.source else "",
            f" -> {effect.target}" if effect.target else "",
            f" {effect.cache_of}" if effect.cache_of else "",
        ]
    )


@pytest.mark.parametrize("name", ["files", "caches"])
def test_effects_of_instructions(name: str, model_of: ModelOf) -> None:
    expected = (FOLDER / f"{name}.txt").read_text().splitlines()
    effects = model_of(f"effects/{name}.Dockerfile").stages[-1].effects
    assert [shown(effect) for effect in effects] == [line.rstrip() for line in expected]


def test_rewrites_name_both_layers(model_of: ModelOf) -> None:
    rewrites = model_of("effects/rewrites.Dockerfile").stages[-1].rewrites
    shown = [
        f"{each.earlier.path} {each.earlier.by.span.start.line} {each.later.kind.value} {each.later.by.span.start.line}"
        for each in rewrites
    ]
    assert shown == (FOLDER / "rewrites.txt").read_text().splitlines()
