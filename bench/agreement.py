"""Where dfopt and hadolint agree about real Dockerfiles, and where they do not.

    python bench/agreement.py FOLDER [LIMIT] [--show CODE]

Each file is checked by both, without a build context, and findings are matched by code and instruction: hadolint
reports a RUN at its first line, dfopt at the command that is wrong. For each of hadolint's codes the table has the
instructions that both report, that only hadolint reports, that only dfopt reports, and the share of hadolint's that
dfopt has too. Files that hadolint can't read are left out. `--show` prints the places of one code where they differ.
"""

import argparse
import json
import subprocess
from bisect import bisect_right
from collections import defaultdict
from pathlib import Path

from dfopt.model.model import Model
from dfopt.rules.checker import Checker
from dfopt.rules.registry import resolve
from dfopt.rules.settings import Settings
from dfopt.syntax.parser import parse

Found = dict[str, set[tuple[str, int]]]
"""By code: the file and the number of the instruction."""

BATCH = 500


def hadolint(files: list[Path]) -> tuple[dict[str, list[tuple[str, int]]], set[str]]:
    """Code and line of hadolint's findings in each file, and the files that it can't read."""
    found: dict[str, list[tuple[str, int]]] = {str(path): [] for path in files}
    unread = set()
    for start in range(0, len(files), BATCH):
        command = ["hadolint", "--no-fail", "--format", "json", *map(str, files[start : start + BATCH])]
        for each in json.loads(subprocess.run(command, capture_output=True, check=True).stdout):
            if each["code"] == "DL1000":
                unread.add(each["file"])
            found[each["file"]].append((each["code"], each["line"]))
    return found, unread


def compare(files: list[Path]) -> tuple[Found, Found]:
    """The instructions that hadolint reports, and those that dfopt does."""
    theirs, unread = hadolint(files)
    every_rule = Checker(Settings(resolve("ALL")))
    hadolints: Found = defaultdict(set)
    ours: Found = defaultdict(set)
    for path in files:
        name = str(path)
        if name in unread:
            continue
        model = Model(parse(path.read_bytes()))
        starts = [each.span.start.line for each in model.tree.instructions]
        for code, line in theirs[name]:
            hadolints[code].add((name, bisect_right(starts, line)))
        for finding in every_rule.check(model):
            place = (name, bisect_right(starts, finding.span.start.line))
            for code in finding.aliases:
                ours[code].add(place)
    return hadolints, ours


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("limit", type=int, nargs="?")
    arguments.add_argument("--show", metavar="CODE")
    options = arguments.parse_args()
    files = sorted(path for path in options.folder.rglob("*") if path.is_file())[: options.limit]
    theirs, ours = compare(files)
    if options.show:
        for side, places in (("hadolint", theirs), ("dfopt", ours)):
            other = ours if places is theirs else theirs
            for name, number in sorted(places[options.show] - other[options.show]):
                print(f"only {side}: {name}, instruction {number}")
        return
    print(f"{'code':8} {'both':>6} {'only hadolint':>14} {'only dfopt':>11} {'recall':>7}")
    for code in sorted(code for code in theirs if code.startswith("DL") and code != "DL1000"):
        both = len(theirs[code] & ours[code])
        only_theirs, only_ours = len(theirs[code] - ours[code]), len(ours[code] - theirs[code])
        print(f"{code:8} {both:6} {only_theirs:14} {only_ours:11} {both / (both + only_theirs):7.1%}")


if __name__ == "__main__":
    main()
