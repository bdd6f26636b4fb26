"""Fleets from fixtures/layers/picture, and a browser to open pages in."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dfopt.layers.answers import Answers
from dfopt.layers.fleet import Basis, File, Fleet, Image, Layer, Place, Problem, Waste, WasteKind
from dfopt.layers.sharing import answer

FIXTURES = Path(__file__).parents[3] / "fixtures" / "layers" / "picture"


@pytest.fixture
def answers() -> Callable[[str], Answers]:
    """What is told of the fleet in a fixture."""
    return lambda name: answer(read_fleet(json.loads((FIXTURES / f"{name}.json").read_text())))


def read_fleet(data: dict[str, Any]) -> Fleet:
    return Fleet(
        tuple(read_image(image) for image in data["images"]),
        tuple(Problem(*problem) for problem in data.get("problems", ())),
    )


def read_image(data: dict[str, Any]) -> Image:
    waste = [Waste(path, size, WasteKind(kind), layer) for path, size, kind, layer in data["waste"]]
    return Image(data["name"], "linux/amd64", tuple(map(read_layer, data["layers"])), tuple(waste))


def read_layer(data: dict[str, Any]) -> Layer:
    return Layer(
        data["id"],
        data["instruction"],
        data["bytes"],
        Basis(data["basis"]) if "basis" in data else None,
        Place(*data["place"]) if "place" in data else None,
        tuple(File(*file) for file in data.get("files", ())),
    )


@pytest.fixture
def made_up() -> Callable[[int], Answers]:
    """What is told of many images: on twelve bases, most of them with a step that others have too."""
    return lambda number: answer(Fleet(tuple(map(made_up_image, range(number)))))


def made_up_image(number: int) -> Image:
    names = [f"base-{number % 12}", f"team-{number % 60}", *(f"service-{number}-{step}" for step in range(4))]
    sizes = [80_000_000, 9_000_000, number * 7_000, 1_200, None, 3_000_000]
    layers = [
        Layer(
            f"sha256:{name}",
            f"RUN make {name}",
            size,
            Basis.MEASURED if size else None,
            files=tuple(File(f"srv/{name}/{each}", (size or 0) // (each + 2)) for each in range(10)),
        )
        for name, size in zip(names, sizes, strict=True)
    ]
    waste = (Waste("srv/cache", 2_000_000, WasteKind.DELETED, number % 2),) if number % 3 == 0 else ()
    return Image(f"registry.example/team-{number % 60}/service-{number}:1", "linux/amd64", tuple(layers), waste)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None and os.environ.get("DFOPT_ENGINE") == "required":
        pytest.fail("no chromium; install it, as scripts/test does")
    if chromium is None:
        pytest.skip("no chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        opened.close()
