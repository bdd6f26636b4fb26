"""How long a check takes beside hadolint: many files and one, without a cache and from a warm one, paired in one run.

    python bench/check.py FOLDER [FILES] [ROUNDS]

Prints the median wall seconds of each command and the ratio hadolint/dfopt: above 1, dfopt is quicker. Files are copied
to a scratch folder, each with a folder of its own, so that none has a build context.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shutil import copyfile


def copied(source: Path, target: Path, most: int) -> list[Path]:
    """The first files of a folder, by name, each as a Dockerfile of its own."""
    paths = []
    for number, path in enumerate(sorted(path for path in source.rglob("*") if path.is_file())[:most]):
        paths.append(target / str(number) / "Dockerfile")
        paths[-1].parent.mkdir(parents=True)
        copyfile(path, paths[-1])
    return paths


def seconds(command: list[str], cache: Path) -> float:
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    began = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def main() -> None:
    folder = Path(sys.argv[1])
    most, rounds = (int(each) for each in [*sys.argv[2:4], "2000", "3"][:2])
    with tempfile.TemporaryDirectory() as scratch:
        files = [str(path) for path in copied(folder, Path(scratch) / "set", most)]
        one, cache = files[min(6, len(files) - 1)], Path(scratch) / "cache"
        dfopt = ["dfopt", "check", "--exit-zero", "--format", "json"]
        peer = ["hadolint", "--no-fail", "--format", "json"]
        commands = {
            "many": [*peer, *files],
            "many, cold": [*dfopt, "--no-cache", f"{scratch}/set"],
            "many, warm": [*dfopt, f"{scratch}/set"],
            "one": [*peer, one],
            "one, cold": [*dfopt, "--no-cache", one],
            "one, warm": [*dfopt, one],
        }
        for command in commands.values():
            if command[0] == "dfopt":
                seconds(command, cache)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                times[name].append(seconds(command, cache))
    print(f"{len(files)} files, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    median = {name: statistics.median(figures) for name, figures in times.items()}
    for name in commands:
        quantity, _, state = name.partition(", ")
        ratio = f"   hadolint/dfopt {median[quantity] / median[name]:.2f}" if state else ""
        print(f"{'dfopt' if state else 'hadolint':9} {name:11} {median[name]:7.3f} s{ratio}")


if __name__ == "__main__":
    main()
