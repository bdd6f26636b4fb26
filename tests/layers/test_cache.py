"""What is one layer here is one layer where BuildKit builds it: each RUN of the fixtures writes what no other would."""

import pytest

from dfopt.images import find_engine
from dfopt.layers.builds import Build
from dfopt.layers.fleet import Image
from dfopt.layers.sources.engine import read_engine
from dfopt.layers.sources.readings import fleet_of
from tests.layers.fleets import FIXTURES, answers_of

CACHE = FIXTURES / "cache"
DOCKERFILES = sorted(CACHE.glob("*.Dockerfile"))


def planned() -> list[Image]:
    images = []
    for path in DOCKERFILES:
        images += answers_of({str(path): path.read_bytes()}, [Build(str(path), str(CACHE))]).images
    return images


def built() -> list[Image]:
    with find_engine("docker") as engine:
        images = [engine.build(CACHE, path, network="none") for path in DOCKERFILES]
        if "BuildKit" not in images[0].builder:
            pytest.skip("Docker has no BuildKit here")
        found = {image.name: image for image in fleet_of(read_engine(engine, [each.name for each in images])).images}
        return [found[image.name] for image in images]


@pytest.mark.engine
def test_layers_are_the_same_where_a_build_takes_them_from_its_cache() -> None:
    pairs = [
        (plan.instruction, plan.id, layer.id)
        for image, made in zip(planned(), built(), strict=True)
        for plan, layer in zip(image.layers, made.layers, strict=True)
    ]
    for instruction, plan, layer in pairs:
        for _, other_plan, other_layer in pairs:
            if plan == other_plan:
                assert layer == other_layer, instruction
            elif instruction.startswith("RUN"):
                assert layer != other_layer, instruction
