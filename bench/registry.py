"""The time and memory that reading 5,000 manifests from a registry takes, and what is read again after an interruption.

    python bench/registry.py [--manifests N] [--dask]

Starts Debian's docker-registry on this machine and pushes images to it: one tag in ten is an index of two platforms.
They are then read into a database by a process that is killed half-way, by one that goes on where that stopped, by one
that starts anew, and, with `--dask`, by two Dask workers. `again` counts the documents that the second read again.
"""

import argparse
import multiprocessing
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dfopt.layers.scale import read_registries_on_workers
from dfopt.layers.sources.readings import Reading
from dfopt.layers.sources.registry import read_registries
from dfopt.layers.store import Store
from tests.registries import LocalRegistry, docker_registry

REPOSITORIES = 50
BASES = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--manifests", type=int, default=5000)
    parser.add_argument("--dask", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dfopt-bench-") as scratch, docker_registry(Path(scratch)) as registry:
        folder = Path(scratch)
        started = time.monotonic()
        push(registry, options.manifests)
        print(f"pushed manifests={options.manifests} seconds={time.monotonic() - started:.1f}", flush=True)
        before = measure(registry, folder / "resumed.db", stop_at=options.manifests // 2)
        after = measure(registry, folder / "resumed.db")
        print(f"documents before={len(before)} after={len(after)} again={len(set(before) & set(after))}")
        measure(registry, folder / "anew.db")
        if options.dask:
            read_on_workers(registry.host, folder / "dask.db")
    return 0


def push(registry: LocalRegistry, manifests: int) -> None:
    """As many image manifests as asked for: of twelve, ten have a tag and two are behind one."""
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: push_tag(registry, number), range(manifests * 11 // 12)))


def push_tag(registry: LocalRegistry, number: int) -> None:
    repository = f"team-{number % REPOSITORIES}/app"
    if number % 11:
        push_one(registry, repository, f"v{number}", number, "linux/amd64")
        return
    digests = [push_one(registry, repository, "", number, platform) for platform in ("linux/amd64", "linux/arm64")]
    registry.push_index(repository, f"v{number}", digests)


def push_one(registry: LocalRegistry, repository: str, tag: str, number: int, platform: str) -> str:
    base = f"{platform} {number % BASES}"
    layers = [(f"{base} base", f"# {base}", 48_000_000)]
    layers += [(f"{base} {repository} {step}", f"RUN step {step}", 5_000_000 + step) for step in range(4)]
    layers += [(f"{base} {repository} {number // 500} {step}", f"COPY {step} /srv", 90_000) for step in range(3)]
    return registry.push_image(repository, tag, layers, platform=platform, labels={"number": str(number)})


def measure(registry: LocalRegistry, database: Path, *, stop_at: int = 0) -> list[str]:
    """Read in a process of its own; the documents that it got."""
    already = len(registry.documents_sent())
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=read, args=(registry.host, database, stop_at))
    process.start()
    process.join()
    return registry.documents_sent()[already:]


def read(host: str, database: Path, stop_at: int) -> None:
    started = time.monotonic()
    with Store(database) as store:
        readings = read_registries([host], store)
        store.fill(killed_at(stop_at, readings) if stop_at else readings)
        images = sum(1 for _ in store.images())
        problems = sum(1 for _ in store.problems())
    report("read", started, f"images={images} problems={problems}")


def read_on_workers(host: str, database: Path) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Store(database) as store:
        started = time.monotonic()
        store.fill(read_registries_on_workers([host], cluster.scheduler_address, store))
        images = sum(1 for _ in store.images())
        report("read by two Dask workers", started, f"images={images}")


def report(what: str, started: float, counts: str) -> None:
    """Print what a process did; its peak memory is the kernel's, which getrusage mixes with the parent's."""
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    memory = int(peak[1]) / 1024 if peak else float("nan")
    seconds, cpu = time.monotonic() - started, time.process_time()
    print(f"{what} {counts} seconds={seconds:.1f} cpu={cpu:.1f} memory={memory:.0f} MB cores={os.cpu_count()}")


def killed_at(images: int, readings: Iterator[Reading]) -> Iterator[Reading]:
    count = 0
    started = time.monotonic()
    for reading in readings:
        yield reading
        count += len(reading.found)
        if count >= images:
            report("killed", started, f"images={count}")
            sys.stdout.flush()
            os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
