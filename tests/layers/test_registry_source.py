"""A fleet read from Debian's docker-registry on this machine, into a database and without one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dfopt.layers.fleet import Basis
from dfopt.layers.sources.readings import fleet_of
from dfopt.layers.sources.registry import read_registries
from dfopt.layers.store import Store
from tests.registries import (
    DOCKER,
    INDEX,
    MANIFEST,
    OCI,
    LocalRegistry,
    digest_of,
    docker_registry,
    need_docker_registry,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE = ("base", "# debian", 48_000_000)
TOOL = ("tool", "RUN install tool", 5_000_000)
PROGRAM = ("program", "COPY program /", 90_000)

INTERRUPTED = """
import os, sys
from pathlib import Path
from dfopt.layers.sources.registry import read_registries
from dfopt.layers.store import Store

def killed(readings):
    for number, reading in enumerate(readings):
        if number == 20:
            os.kill(os.getpid(), int(sys.argv[3]))
        yield reading

with Store(Path(sys.argv[2])) as store:
    store.fill(killed(read_registries([sys.argv[1]], store, connections=2)))
"""


@pytest.fixture(autouse=True)
def no_logins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[LocalRegistry]:
    need_docker_registry()
    with docker_registry(tmp_path) as running:
        yield running


def test_layers_bear_what_the_registry_stores(registry: LocalRegistry) -> None:
    registry.push_image("team/app", "1.0", [BASE, TOOL, PROGRAM], labels={"a": "b"}, family=DOCKER)
    (image,) = fleet_of(read_registries([registry.host])).images
    assert (image.name, image.platform, image.labels) == (f"{registry.host}/team/app:1.0", "linux/amd64", {"a": "b"})
    assert [(layer.id, layer.instruction, layer.bytes, layer.basis) for layer in image.layers] == [
        (digest_of(name.encode()), instruction, size, Basis.COMPRESSED)
        for name, instruction, size in (BASE, TOOL, PROGRAM)
    ]


def test_each_platform_of_an_index_is_an_image(registry: LocalRegistry) -> None:
    platforms = ["linux/amd64", "linux/arm64/v8"]
    digests = [registry.push_image("app", "", [(name, "# base", 10)], platform=name) for name in platforms]
    inner = registry.push_index("app", "", digests[1:])
    registry.push_manifest(
        "app",
        "1.0",
        {
            "schemaVersion": 2,
            "mediaType": INDEX[OCI],
            "manifests": [
                {"mediaType": MANIFEST[OCI], "digest": digests[0], "size": 1},
                {"mediaType": INDEX[OCI], "digest": inner, "size": 1},
            ],
        },
    )
    images = fleet_of(read_registries([f"{registry.host}/app:1.0"])).images
    assert [(image.name, image.platform) for image in images] == [(f"{registry.host}/app:1.0", p) for p in platforms]


@pytest.mark.parametrize(
    ("target", "expected"),
    [("", {"a:1", "a:2", "b:1"}), ("/a", {"a:1", "a:2"}), ("/a:2", {"a:2"}), ("/c", set()), ("/a:9", set())],
)
def test_a_target_is_a_registry_a_repository_or_a_tag(registry: LocalRegistry, target: str, expected: set[str]) -> None:
    for repository, tag in (("a", "1"), ("a", "2"), ("b", "1")):
        registry.push_image(repository, tag, [BASE], labels={"it is": repository + tag})
    fleet = fleet_of(read_registries([registry.host + target]))
    assert {image.name for image in fleet.images} == {f"{registry.host}/{name}" for name in expected}
    assert [problem.subject for problem in fleet.problems] == ([] if expected else [registry.host + target])


def test_a_digest_can_be_asked_for(registry: LocalRegistry) -> None:
    digest = registry.push_image("a", "", [BASE])
    (image,) = fleet_of(read_registries([f"{registry.host}/a@{digest}"])).images
    assert image.name == f"{registry.host}/a@{digest}"


def test_what_is_no_image_is_passed_over(registry: LocalRegistry) -> None:
    chart = registry.push_blob("charts", b"{}")
    config = {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": chart, "size": 2}
    registry.push_manifest(
        "charts", "1", {"schemaVersion": 2, "mediaType": MANIFEST[OCI], "config": config, "layers": []}
    )
    fleet = fleet_of(read_registries([registry.host]))
    assert (fleet.images, fleet.problems) == ((), ())


def test_one_bad_image_does_not_stop_the_rest(registry: LocalRegistry) -> None:
    for number in range(5):
        registry.push_image("good", str(number), [BASE], labels={"number": str(number)})
    bad = registry.push_image("bad", "latest", [BASE], labels={"to be": "damaged"})
    halves = [registry.push_image("half", "", [BASE], platform=name) for name in ("linux/amd64", "linux/s390x")]
    registry.push_index("half", "latest", halves)
    for digest in (bad, halves[1]):
        config = json.loads(registry.blob_file(digest).read_bytes())["config"]["digest"]
        path = registry.blob_file(config)
        path.write_bytes(path.read_bytes()[:-1] + b" ")
    fleet = fleet_of(read_registries(["not a target", registry.host, "127.0.0.1:1/not/a:registry:here"]))
    names = [image.name.removeprefix(f"{registry.host}/") for image in fleet.images]
    assert sorted(names) == [*(f"good:{number}" for number in range(5)), "half:latest"]
    subjects = [problem.subject.removeprefix(f"{registry.host}/") for problem in fleet.problems]
    assert subjects == ["not a target", "bad:latest", "half:latest", "127.0.0.1:1/not/a:registry:here"]
    assert all("refused" in problem.message for problem in fleet.problems[1:3])


def test_a_registry_that_does_not_answer_does_not_stop_the_others(
    registry: LocalRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dfopt.images.registry.transport.Transport._wait", lambda *_: None)
    registry.push_image("a", "1", [BASE])
    fleet = fleet_of(read_registries(["127.0.0.1:1", registry.host]))
    assert [image.name for image in fleet.images] == [f"{registry.host}/a:1"]
    assert [problem.subject for problem in fleet.problems] == ["127.0.0.1:1"]


def test_repositories_whose_images_were_removed_are_no_problem(registry: LocalRegistry) -> None:
    registry.remove_manifest("empty", registry.push_image("empty", "1", [BASE]))
    fleet = fleet_of(read_registries([registry.host]))
    assert (fleet.images, fleet.problems) == ((), ())


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_an_interrupted_run_goes_on_where_it_stopped(
    registry: LocalRegistry, tmp_path: Path, end: signal.Signals
) -> None:
    for number in range(40):
        registry.push_image("app", f"v{number}", [BASE, TOOL], labels={"number": str(number)})
    database = tmp_path / "fleet.db"
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, registry.host, database, str(int(end))], check=False, capture_output=True
    )
    assert done.returncode != 0
    first = registry.documents_sent()
    with Store(database) as store:
        kept = [image.name for image in store.images()]
        store.fill(read_registries([registry.host], store))
        assert len(list(store.images())) == 40
    second = registry.documents_sent()[len(first) :]
    assert len(kept) == 20
    for name in kept:
        assert f"/v2/{name.partition('/')[2].replace(':', '/manifests/')}" not in second
    # The registry logs a document after it has sent it: what the ended run had under way may be logged late.
    assert len(set(second)) == 2 * 20


def test_a_second_run_gets_only_what_is_new(registry: LocalRegistry, tmp_path: Path) -> None:
    digest = registry.push_image("app", "1", [BASE, TOOL])
    registry.push_index("app", "index", [digest, registry.push_image("app", "", [BASE], platform="linux/arm64")])
    registry.push_image("app", "removed", [BASE, PROGRAM])
    with Store(tmp_path / "fleet.db") as store:
        store.fill(read_registries([registry.host], store))
        before = len(registry.documents_sent())
        registry.remove_manifest("app", registry.push_image("app", "removed", [BASE, PROGRAM]))
        registry.push_image("app", "new-name", [BASE, TOOL])
        store.fill(read_registries([registry.host], store))
        names = [(image.name.partition(":")[2].partition(":")[2], image.platform) for image in store.images()]
        assert list(store.problems()) == []
    assert names == [
        ("1", "linux/amd64"),
        ("index", "linux/amd64"),
        ("index", "linux/arm64"),
        ("new-name", "linux/amd64"),
    ]
    assert registry.documents_sent()[before:] == ["/v2/app/manifests/new-name"]
