"""Findings drawn at random, to be read and judged by hand.

    python bench/sample_findings.py FOLDER COUNT SEED

Draws up to COUNT findings about the files of FOLDER, at most two of any rule, with all rules on and without a build
context, and prints for each its rule, file, line, message and the lines it speaks of. The same SEED draws the same
findings from the same files.
"""

import argparse
import random
from collections import defaultdict
from pathlib import Path

from dfopt.model.model import Model
from dfopt.rules.checker import Checker
from dfopt.rules.registry import resolve
from dfopt.rules.settings import Settings
from dfopt.syntax.parser import parse

OF_ONE_RULE = 2
EXCERPT = 3
"""Lines of the file that are printed with a finding, at most."""


def draw(files: list[Path], count: int, seed: int) -> list[tuple[str, Path, int, int, str]]:
    """Rule, file, first line, last line (both 1-based) and message of each finding drawn."""
    every_rule = Checker(Settings(resolve("ALL")))
    by_rule = defaultdict(list)
    for path in files:
        for each in every_rule.check(Model(parse(path.read_bytes()))):
            by_rule[each.rule].append((each.rule, path, each.span.start.line, each.span.end.line, each.message))
    chance = random.Random(seed)
    drawn = [
        each for rule in sorted(by_rule) for each in chance.sample(by_rule[rule], min(OF_ONE_RULE, len(by_rule[rule])))
    ]
    return sorted(chance.sample(drawn, min(count, len(drawn))))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("count", type=int)
    arguments.add_argument("seed", type=int)
    options = arguments.parse_args()
    files = sorted(path for path in options.folder.rglob("*") if path.is_file())
    for rule, path, first, last, message in draw(files, options.count, options.seed):
        print(f"{rule}: {path}:{first}: {message}")
        lines = path.read_text("utf-8", "replace").splitlines()[first - 1 : min(last, first + EXCERPT - 1)]
        print(*(f"    {line}" for line in lines), sep="\n", end="\n\n")


if __name__ == "__main__":
    main()
