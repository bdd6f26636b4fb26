"""What `dfopt fix` does to a folder of Dockerfiles: what is fixed and refused, what it takes, and whether it is stable.

    python bench/fixes.py FOLDER [--unsafe-fixes]

Every file in the folder is taken for a Dockerfile without a build context. The exit status is 1 if a second run would
change a file again. Where hadolint is on PATH, its findings before and after are counted by code, all but DL3059: that
RUNs should be joined is advice that dfopt follows only where the image gains by it.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from agreement import hadolint

from dfopt.fix.engine import Fixer
from dfopt.fix.statistics import by_rule
from dfopt.rules.checker import Checker
from dfopt.rules.settings import Settings


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--unsafe-fixes", action="store_true")
    options = arguments.parse_args()
    files = [path.read_bytes() for path in sorted(options.folder.rglob("*")) if path.is_file()]
    fixer = Fixer(Checker(Settings()).check, unsafe=options.unsafe_fixes)

    start = time.process_time()
    results = [fixer.fix(data) for data in files]
    took = time.process_time() - start
    unstable = sum(fixer.fix(result.data).data != result.data for result in results)

    for rule, statistics in by_rule(results).items():
        print(f"{rule}: {statistics.applied} fixed, {statistics.refused.total()} refused")
        for reason, count in statistics.refused.most_common():
            print(f"  {count}: {reason}")
    rounds = Counter(result.rounds for result in results)
    print("files by rounds:", ", ".join(f"{number}: {count}" for number, count in sorted(rounds.items())))
    changed = sum(result.data != data for result, data in zip(results, files, strict=True))
    if shutil.which("hadolint"):
        compare_with_hadolint(files, [result.data for result in results])
    print(f"files={len(files)} changed={changed} unstable={unstable} cpu={1000 * took / len(files):.2f} ms a file")
    return 1 if unstable else 0


def compare_with_hadolint(files: Sequence[bytes], fixed: Sequence[bytes]) -> None:
    before, after = found_by_hadolint(files), found_by_hadolint(fixed)
    for code in sorted({*before, *after}, key=lambda each: (-after[each], each)):
        print(f"{code}: {before[code]} -> {after[code]}")
    print(f"hadolint: {before.total()} -> {after.total()} = {after.total() / before.total():.1%}")


def found_by_hadolint(files: Sequence[bytes]) -> Counter[str]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.Dockerfile" for number in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        found, _ = hadolint(paths)
    return Counter(code for findings in found.values() for code, _ in findings if code != "DL3059")


if __name__ == "__main__":
    sys.exit(main())
