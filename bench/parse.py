"""How long a file takes to read: dfopt's tree beside dockerfile-parse and BuildKit's own parser, in one run.

usage: python bench/parse.py FOLDER [ROUNDS]

Prints, for each, the CPU milliseconds a file (the median of the rounds) and the ratio to dfopt, then what a fresh
process pays to load the grammar's tables.  dfopt builds every node and span; dockerfile-parse gives a list of
instructions, and `dockerfile` is BuildKit's parser, compiled from Go.
"""

import io
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dockerfile
from dockerfile_parse import DockerfileParser

from dfopt.syntax.parser import parse

LOADING = """
import time, lark, dfopt.syntax.parser as parser
began = time.process_time()
parser._parser("\\\\")
print(1000 * (time.process_time() - began))
"""


def with_buildkit(data: bytes) -> None:
    try:
        dockerfile.parse_string(data.decode())
    except (dockerfile.GoParseError, UnicodeDecodeError):
        return


def with_dockerfile_parse(data: bytes) -> None:
    try:
        _ = DockerfileParser(fileobj=io.BytesIO(data)).structure
    except UnicodeDecodeError:
        return


READERS: dict[str, Callable[[bytes], object]] = {
    "dfopt": parse,
    "dockerfile-parse": with_dockerfile_parse,
    "BuildKit": with_buildkit,
}


def milliseconds(read: Callable[[bytes], object], files: list[bytes]) -> float:
    began = time.process_time()
    for data in files:
        read(data)
    return 1000 * (time.process_time() - began) / len(files)


def main() -> None:
    folder, rounds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    files = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    times: dict[str, list[float]] = {name: [] for name in READERS}
    for _ in range(rounds):
        for name, read in READERS.items():
            times[name].append(milliseconds(read, files))
    ours = statistics.median(times["dfopt"])
    print(f"{len(files)} files, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    for name, figures in times.items():
        median = statistics.median(figures)
        print(f"{name:18} {median:6.3f} ms a file   {median / ours:5.2f} x dfopt")
    loads = [
        float(subprocess.run([sys.executable, "-c", LOADING], check=True, capture_output=True).stdout) for _ in range(7)
    ]
    print(f"tables loaded in   {statistics.median(loads):6.3f} ms")


if __name__ == "__main__":
    main()
