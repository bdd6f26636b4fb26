"""How many Dockerfiles each recipe of `dfopt slim` takes without an engine, and why the others are left as they were.

    python bench/slim_corpus.py FOLDER... [--limit N] [--write DIR]
    python bench/slim_corpus.py FOLDER... --draw COUNT --seed SEED

Prints the counts, and the files that raise: there must be none. `--write` puts each result in a folder, to be read.
`--draw` prints rewrites, drawn at random, each with what it was made from, to be read by hand.
"""

import argparse
import random
import shlex
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from dfopt.slim.slimming import Result, slim

SEED = 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, help="this many files, drawn at random with a fixed seed")
    parser.add_argument("--write", type=Path, metavar="DIR")
    parser.add_argument("--draw", type=int, metavar="COUNT", help="print this many rewrites, drawn at random")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    files = [path for folder in options.folders for path in sorted(folder.rglob("*")) if path.is_file()]
    if options.draw:
        _draw(files, options.draw, options.seed)
        return 0
    if options.limit:
        files = random.Random(SEED).sample(files, min(options.limit, len(files)))
    counts: Counter[str] = Counter()
    raised = 0
    for path, result in _results(files):
        if result is None:
            raised += 1
            continue
        counts[_outcome(result)] += 1
        for name, refusal in result.plan.passed_over.items() if result.plan else ():
            counts[f"  passed over by {name}: {refusal.code}"] += 1
        if options.write and result.is_slimmed:
            options.write.mkdir(parents=True, exist_ok=True)
            (options.write / path.name).write_bytes(result.data)
    slimmed = sum(count for outcome, count in counts.items() if outcome.startswith("slimmed"))
    print(f"files={len(files)} slimmed={slimmed} raised={raised}")
    for outcome, count in sorted(counts.items(), key=lambda item: -item[1]):
        print(f"{count:6} {outcome}")
    return 1 if raised else 0


def _draw(files: list[Path], count: int, seed: int) -> None:
    """Prints rewrites without the script that gathers, which is the same in all."""
    results = _results(random.Random(seed).sample(files, len(files)))
    drawn = islice(((path, result) for path, result in results if result and result.is_slimmed), count)
    for number, (path, result) in enumerate(drawn, 1):
        contents, names = result.plan.contents, result.plan.names
        print(f"{'#' * 20} {number} {path.parent.name}/{path.name}: {contents.recipe}")
        print(path.read_bytes().decode("utf-8", "replace"))
        for name, words in asdict(contents.roots).items() if contents.roots else ():
            print(f"# {name}: {shlex.join(words)}")
        print(f"FROM {contents.base} AS {names.final}", *result.plan.restated, "", sep="\n")


def _results(files: list[Path]) -> Iterator[tuple[Path, Result | None]]:
    for path in files:
        try:
            yield path, slim(path.read_bytes())
        except Exception:  # noqa: BLE001 - any exception is what this looks for
            print(f"raised: {path}", file=sys.stderr)
            traceback.print_exc()
            yield path, None


def _outcome(result: Result) -> str:
    if result.refusal:
        return f"left: {result.refusal.code}"
    return f"slimmed: {result.plan.contents.recipe}" if result.plan else "slimmed"


if __name__ == "__main__":
    sys.exit(main())
