"""What `dfopt slim` makes of the subjects in fixtures/slim, built by the engine that is there.

    python bench/subjects.py [SUBJECT ...]

Prints, for each, the bytes, files, packages and executables of the original and of the slimmed image, and their ratio.
Whether the images behave the same is what tests/slim/test_slim_images.py tests, with the subjects' probes.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import dfopt
from dfopt.images import Engine, find_engine
from dfopt.slim.measures import measure

SUBJECTS = Path(__file__).parents[1] / "fixtures" / "slim"


def show(engine: Engine, subject: Path, build_args: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / subject.name
        shutil.copytree(subject, folder)
        slimmed = dfopt.slim(folder / "Dockerfile", build_args=build_args)
        name = " ".join([subject.name, *build_args.values()])
        if not slimmed.is_slimmed:
            print(f"{name}: {slimmed.refusal}")
            return
        before, after = (
            measure(engine, engine.build(folder, data, network="host", build_args=build_args))
            for data in ((folder / "Dockerfile").read_bytes(), slimmed.data)
        )
        ratio = before.bytes / after.bytes
        print(
            f"{name:20} {before.bytes / 1e6:8.1f} MB -> {after.bytes / 1e6:6.1f} MB ({ratio:.0f}x)  "
            f"files {before.files} -> {after.files}   packages {before.packages} -> {after.packages}   "
            f"executables {before.executables} -> {after.executables}"
        )


def main() -> None:
    names = sys.argv[1:] or sorted(path.parent.name for path in SUBJECTS.glob("*/probe.sh"))
    with find_engine("auto") as engine:
        for name in names:
            suites = ["bookworm", "trixie"] if name == "apache-php" else [""]
            for suite in suites:
                show(engine, SUBJECTS / name, {"SUITE": suite} if suite else {})


if __name__ == "__main__":
    main()
