"""Models of the files in fixtures/."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dfopt.model import Model
from dfopt.syntax.parser import parse

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(scope="session")
def model_of() -> Callable[[str], Model]:
    """The model of a file in fixtures/model."""

    def read(name: str) -> Model:
        return Model(parse((FIXTURES / "model" / name).read_bytes()))

    return read
