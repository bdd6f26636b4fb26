#!/usr/bin/env python3
"""How the time of a check grows with the size of a file, for files that repeat one line: `shapes.py [SIZE]`.

Prints for each shape of `fixtures/shapes.toml` the time at a tenth of SIZE (300 kB by default) and at SIZE, and how
many times longer that is: 10 times is linear, 100 times a square.
"""

import sys
import time
import tomllib
from pathlib import Path

from dfopt.model.model import Model
from dfopt.rules.checker import Checker
from dfopt.rules.registry import all_rules
from dfopt.rules.settings import Settings
from dfopt.syntax.parser import parse

SHAPES = Path(__file__).parents[1] / "fixtures" / "shapes.toml"


def text(shape: dict[str, str], size: int) -> str:
    count = size // len(shape["line"].format(i=10_000))
    return shape["head"] + "".join([shape["line"].format(i=i) for i in range(count)])


def seconds(checker: Checker, source: str) -> float:
    start = time.perf_counter()
    checker.check(Model(parse(source)))
    return time.perf_counter() - start


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    checker = Checker(Settings(frozenset(info.id for info in all_rules().values() if info.default)))
    checker.check(Model(parse("FROM debian:13-slim\n")))
    for name, shape in tomllib.loads(SHAPES.read_text()).items():
        seconds(checker, text(shape, size // 100))
        small, large = seconds(checker, text(shape, size // 10)), seconds(checker, text(shape, size))
        print(f"{name:<32} {small:6.2f} s {large:7.2f} s   x{large / small:.0f}")


if __name__ == "__main__":
    main()
