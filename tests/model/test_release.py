"""A model that is let go leaves nothing for the garbage collector."""

import gc

from dfopt.model.model import Model
from dfopt.model.release import release
from dfopt.rules.checker import Checker
from dfopt.rules.registry import resolve
from dfopt.rules.settings import Settings
from dfopt.syntax.parser import parse

TEXT = b"""\
ARG version=12
FROM debian:$version AS build
COPY --chown=1 . /src
RUN apt-get update && apt-get install -y curl && cd /src && make
FROM build
ENV PATH=/app:$PATH
COPY --from=build /src/app /app/
RUN pip install flask | tee log; (cd /app && ./set-up)
CMD app --port $PORT
"""


def check(checker: Checker) -> None:
    model = Model(parse(TEXT), data=TEXT)
    assert checker.check(model)
    release(model)


def test_a_released_model_leaves_no_garbage() -> None:
    checker = Checker(Settings(resolve("ALL")))
    check(checker)
    gc.collect()
    gc.disable()
    try:
        check(checker)
        assert gc.collect() == 0
    finally:
        gc.enable()
