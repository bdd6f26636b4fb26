"""How many Dockerfiles each recipe of `dfopt slim` takes without an engine, and why the others are left as they were.

    python bench/slim_corpus.py FOLDER... [--limit N] [--write DIR]

Prints the counts, and the files that raise: there must be none. `--write` puts each result in a folder, to be read.
"""

import argparse
import random
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dfopt.slim.slimming import Result, slim

SEED = 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, help="this many files, drawn at random with a fixed seed")
    parser.add_argument("--write", type=Path, metavar="DIR")
    options = parser.parse_args()
    files = [path for folder in options.folders for path in sorted(folder.rglob("*")) if path.is_file()]
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
