"""How long many Dockerfiles take as one fleet, and how much memory.

    python bench/layers.py FOLDERS...

Runs `dfopt layers --format json` on the folders, with a process for each core, and prints its wall seconds, the seconds
of processors that it used, and the most memory that its processes held together: what they share is counted once
(Linux's proportional set size).
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_PAUSE = 0.25


def descendants(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for each in found:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue
    return found


def held(pid: int) -> int:
    """Bytes of memory that a process and all below it hold."""
    total = 0
    for each in descendants(pid):
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "layers.json"
        began = time.perf_counter()
        command = ["dfopt", "layers", "--format", "json", "--output", str(report), *sys.argv[1:]]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            most = 0
            while process.poll() is None:
                most = max(most, held(process.pid))
                time.sleep(_PAUSE)
        seconds = time.perf_counter() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        document = json.loads(report.read_bytes())
    summary = document["summary"]
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    print(f"{summary['images']} images, {summary['layers']} layers, {len(document['proposals'])} proposals")
    print(f"{seconds:.1f} s ({used.ru_utime + used.ru_stime:.1f} s of processors), {most / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
