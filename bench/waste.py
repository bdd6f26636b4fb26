"""The waste in images as dfopt counts it, beside dive's: bytes for each image, and where the two differ, by kind.

    python bench/waste.py [--dive PROGRAM] [IMAGE ...]

Without images it builds, with the engine that is there, the subjects nginx, apache-php (of two Debian releases) and
mariadb of fixtures/slim, and fixtures/layers/waste. dive is built from its Go module:
go install github.com/wagoodman/dive/cmd/dive@latest

dive counts, for each path that is a leaf in two layers or more, the bytes of every copy, that which is seen included; a
file that is deleted by name is a copy of no bytes. dfopt counts the same, and files that are deleted with their folder.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dfopt.images import Engine, find_engine
from dfopt.layers.fleet import Image, WasteKind
from dfopt.layers.sources.engine import read_engine
from dfopt.layers.sources.readings import fleet_of

FIXTURES = Path(__file__).parents[1] / "fixtures"
SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("slim/nginx", {}),
    ("slim/apache-php", {"SUITE": "bookworm"}),
    ("slim/apache-php", {"SUITE": "trixie"}),
    ("slim/mariadb", {}),
    ("layers/waste", {}),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("images", nargs="*", metavar="IMAGE")
    parser.add_argument("--dive", default="dive", metavar="PROGRAM")
    options = parser.parse_args()
    if shutil.which(options.dive) is None:
        parser.error("dive is not here: go install github.com/wagoodman/dive/cmd/dive@latest, or name it with --dive")
    print(f"{'image':32} {'dive':>12} {'dfopt':>12} {'apart':>7}  overwritten      deleted   duplicated")
    with find_engine("auto") as engine:
        for shown, name in subjects(engine, options.images):
            fleet = fleet_of(read_engine(engine, [name]))
            for problem in fleet.problems:
                print(f"{problem.subject}: {problem.message}", file=sys.stderr)
            for image in fleet.images:
                show(shown, image, dive(options.dive, engine, name))
    return 0


def subjects(engine: Engine, images: list[str]) -> Iterator[tuple[str, str]]:
    """The name to show and the engine's name of each image."""
    yield from ((name, name) for name in images)
    if images:
        return
    for subject, build_args in SUBJECTS:
        folder = FIXTURES / subject
        built = engine.build(folder, folder / "Dockerfile", network="host", build_args=build_args)
        yield " ".join([Path(subject).name, *build_args.values()]), built.name


def dive(program: str, engine: Engine, name: str) -> Counter[str]:
    """The bytes that dive counts as wasted, by path."""
    with tempfile.TemporaryDirectory(prefix="dfopt-bench-") as scratch:
        archive, report = Path(scratch, "image.tar"), Path(scratch, "report.json")
        with engine.save(engine.image(name)) as stream, archive.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        subprocess.run([program, f"docker-archive://{archive}", "--json", report], check=True, capture_output=True)
        told = json.loads(report.read_text())["image"]
    by_path = Counter({each["file"]: each["sizeBytes"] for each in told["fileReference"]})
    assert by_path.total() == told["inefficientBytes"]
    return by_path


def show(shown: str, image: Image, dives: Counter[str]) -> None:
    ours: Counter[str] = Counter()
    kinds: Counter[WasteKind] = Counter()
    for waste in image.waste:
        ours[waste.path] += waste.bytes
        kinds[waste.kind] += waste.bytes
    apart = (ours.total() - dives.total()) / (dives.total() or 1)
    columns = " ".join(f"{kinds[kind]:12}" for kind in WasteKind)
    print(f"{shown:32} {dives.total():12} {ours.total():12} {apart:7.2%} {columns}")
    differing = {
        "only dfopt": [path for path in ours if not dives[path]],
        "only dive": [path for path in dives if dives[path] and not ours[path]],
        "other bytes": [path for path in ours if dives[path] and dives[path] != ours[path]],
    }
    for kind, paths in differing.items():
        if paths:
            size = sum(ours[path] - dives[path] for path in paths)
            largest = max(paths, key=lambda path: ours[path] + dives[path])
            print(f"    {kind}: {len(paths)} paths, {size:+} bytes, such as {largest}")


if __name__ == "__main__":
    sys.exit(main())
