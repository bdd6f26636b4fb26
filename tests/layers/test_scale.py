"""The work of reading a registry, shared between two Dask workers on this machine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from dfopt.layers.scale import ScaleError, read_registries_on_workers
from dfopt.layers.sources.readings import fleet_of
from dfopt.layers.sources.registry import read_registries
from dfopt.layers.store import Store
from tests.registries import LocalRegistry, docker_registry, need_docker_registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAYERS = [("base", "# debian", 48_000_000), ("tool", "RUN install tool", 5_000_000)]


@pytest.fixture(autouse=True)
def no_logins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRegistry]:
    need_docker_registry()
    with docker_registry(tmp_path_factory.mktemp("registry")) as running:
        for number in range(30):
            running.push_image(f"team-{number % 3}/app", f"v{number}", LAYERS, labels={"number": str(number)})
        yield running


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers, each a process as on another machine."""
    folder = tmp_path_factory.mktemp("dask")
    with ExitStack() as stack:
        address = stack.enter_context(dask("scheduler", "--port=0", "--no-dashboard", log=folder / "scheduler"))
        for number in range(2):
            options = ["--nthreads=1", "--no-dashboard", "--no-nanny", "--memory-limit=0"]
            stack.enter_context(dask("worker", address, *options, log=folder / f"worker-{number}"))
        yield address


@contextmanager
def dask(what: str, *arguments: str, log: Path) -> Iterator[str]:
    """A scheduler, or a worker that has joined it; its address."""
    kind = {"scheduler": r"Scheduler at:\s+(tcp://\S+)", "worker": r"Registered to:\s+(tcp://\S+)"}[what]
    argv = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--host=127.0.0.1", *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(argv, stdout=output, stderr=output, cwd=log.parent)
    try:
        deadline = time.monotonic() + 60
        while not (found := re.search(kind, log.read_text())):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError(f"the Dask {what} did not start: {log.read_text()}")
            time.sleep(0.1)
        yield found[1]
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.slow
def test_workers_read_what_one_process_reads(
    registry: LocalRegistry, scheduler: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("dfopt.layers.scale._BATCH", 7)
    targets = [registry.host, f"{registry.host}/missing/app"]
    with Store(tmp_path / "fleet.db") as store:
        store.fill(read_registries_on_workers(targets, scheduler, store))
        shared = store.fleet()
        alone = fleet_of(read_registries(targets))
        assert shared.images == tuple(sorted(alone.images, key=lambda image: image.name))
        assert shared.problems == alone.problems
        already = len(registry.documents_sent())
        store.fill(read_registries_on_workers(targets, scheduler, store))
        assert store.fleet() == shared
    assert registry.documents_sent()[already:] == []


@pytest.mark.slow
def test_the_command_says_the_same_with_and_without_workers(
    registry: LocalRegistry, scheduler: str, tmp_path: Path
) -> None:
    program = [sys.executable, "-c", "from dfopt.cli.main import main; main()"]
    command = [*program, "layers", "--format=json", f"--registry={registry.host}"]
    workers = [f"--dask={scheduler}", f"--database={tmp_path / 'fleet.db'}"]
    alone, shared = (subprocess.run([*command, *more], check=True, capture_output=True) for more in ([], workers))
    assert json.loads(shared.stdout) == json.loads(alone.stdout)
    refused = subprocess.run([*command, "--dask=nonsense://"], check=False, capture_output=True, text=True)
    assert refused.returncode == 2
    assert refused.stderr.startswith("dfopt: nonsense://: ")
    assert "Traceback" not in refused.stderr


@pytest.mark.slow
def test_both_workers_are_used(registry: LocalRegistry, scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import Client

    monkeypatch.setattr("dfopt.layers.scale._BATCH", 1)
    fleet = fleet_of(read_registries_on_workers([registry.host], scheduler))
    assert len(fleet.images) == 30
    with Client(scheduler) as client:
        done = client.run(lambda dask_worker: dask_worker.state.executed_count)
    assert len(done) == 2
    assert all(done.values())


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_or_has_no_workers_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dfopt.layers.scale._SECONDS_TO_CONNECT", 1)
    with pytest.raises(ScaleError, match=re.escape("no Dask scheduler answers at tcp://127.0.0.1:1")):
        list(read_registries_on_workers(["127.0.0.1:1"], "tcp://127.0.0.1:1"))
    with (
        dask("scheduler", "--port=0", "--no-dashboard", log=tmp_path / "log") as address,
        pytest.raises(ScaleError, match="dask worker"),
    ):
        list(read_registries_on_workers(["127.0.0.1:1"], address))
