"""A fleet read from the engine of this machine: sizes against the engine's own store, waste against a plain model."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.images import Engine, find_engine
from dfopt.images import Layer as ArchivedLayer
from dfopt.layers.fleet import Basis, WasteKind
from dfopt.layers.sharing import answer
from dfopt.layers.sources.engine import Contents, find_waste, read_engine
from dfopt.layers.sources.readings import fleet_of
from dfopt.layers.sources.registry import read_registries
from dfopt.layers.store import Store
from tests.registries import docker_registry, need_docker_registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dfopt.layers.fleet import Fleet

FIXTURES = Path(__file__).parents[2] / "fixtures" / "layers"
OVERWRITTEN, DELETED, DUPLICATED = WasteKind.OVERWRITTEN, WasteKind.DELETED, WasteKind.DUPLICATED

PATHS = st.sampled_from(["/a", "/a/b", "/a/b/c", "/a/b/d", "/ab", "/e", "/e/f"])
LAYERS = st.builds(
    lambda files, folders, deleted, emptied: Contents(
        {path: size for path, size in files.items() if path not in folders}, folders, deleted, emptied
    ),
    files=st.dictionaries(PATHS, st.integers(0, 1000), max_size=4),
    folders=st.frozensets(PATHS, max_size=2),
    deleted=st.frozensets(PATHS, max_size=2),
    emptied=st.frozensets(PATHS | st.just("/"), max_size=1),
)


def is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")


def seen_in(layers: Sequence[Contents]) -> dict[str, tuple[int, int]]:
    """What a container sees: path to layer and bytes."""
    seen: dict[str, tuple[int, int]] = {}
    for number, layer in enumerate(layers):
        for path in list(seen):
            if (
                path in layer.deleted | layer.folders
                or any(is_below(path, root) for root in layer.deleted | layer.emptied)
                or any(is_below(path, file) and file in folders_of(layers[:number]) for file in layer.files)
            ):
                del seen[path]
        seen |= {path: (number, size) for path, size in layer.files.items()}
    return seen


def folders_of(layers: Sequence[Contents]) -> set[str]:
    return {folder for layer in layers for folder in layer.folders}


@given(st.lists(LAYERS, max_size=5))
def test_waste_is_what_no_container_sees_and_the_copies_in_its_place(layers: list[Contents]) -> None:
    waste = list(find_waste(layers))
    seen = seen_in(layers)
    copies = {(path, number): size for number, layer in enumerate(layers) for path, size in layer.files.items()}
    hidden = {copy: size for copy, size in copies.items() if seen.get(copy[0], (-1,))[0] != copy[1]}
    told = {(each.path, each.layer): each.bytes for each in waste if each.kind is not DUPLICATED}
    assert told == {copy: size for copy, size in hidden.items() if size}
    again = {path for path, _ in hidden}
    assert {each.path: (each.layer, each.bytes) for each in waste if each.kind is DUPLICATED} == {
        path: copy for path, copy in seen.items() if path in again and copy[1]
    }
    assert len(waste) == len({(each.path, each.layer) for each in waste})


@pytest.fixture
def engine() -> Iterator[Engine]:
    with find_engine("auto") as engine:
        yield engine


@pytest.fixture
def prefix() -> str:
    """The beginning of names that only this test has."""
    return f"dfopt-test-{secrets.token_hex(4)}"


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


@pytest.mark.engine
def test_the_waste_of_an_image_that_was_built(engine: Engine) -> None:
    folder = FIXTURES / "waste"
    name = engine.build(folder, folder / "Dockerfile", network="host").name
    (image,) = fleet_of(read_engine(engine, [name])).images
    waste = {(each.path, each.kind, each.layer, each.bytes) for each in image.waste if each.path.startswith("/data")}
    assert waste == {
        ("/data/deleted", DELETED, 1, 200_000),
        ("/data/folder/inside", DELETED, 1, 400_000),
        ("/data/overwritten", OVERWRITTEN, 1, 300_000),
        ("/data/overwritten", OVERWRITTEN, 2, 310_000),
        ("/data/overwritten", DUPLICATED, 3, 310_000),
    }
    assert [layer.bytes for layer in image.layers[1:]] == [1_000_000, 310_000, 310_000]
    assert [(file.path, file.bytes) for file in image.layers[2].files] == [("/data/overwritten", 310_000)]
    assert all(layer.basis is Basis.MEASURED for layer in image.layers)
    assert "chmod 600" in image.layers[3].instruction


@pytest.mark.engine
def test_a_layer_is_read_once_and_an_image_that_is_known_not_again(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = FIXTURES / "waste"
    stages = [engine.build(folder, folder / "Dockerfile", network="host").name, "debian:bookworm"]
    read: Counter[str] = Counter()
    original = ArchivedLayer.read

    def counting(layer: ArchivedLayer):
        read[layer.diff_id] += 1
        return original(layer)

    monkeypatch.setattr(ArchivedLayer, "read", counting)
    with Store(tmp_path / "fleet.db") as store:
        store.fill(read_engine(engine, stages, store))
        assert set(read.values()) == {1}
        assert len(read) == 4
        first = store.fleet()
        store.fill(read_engine(engine, stages, store))
        assert (sum(read.values()), store.fleet()) == (4, first)
    assert {image.name for image in first.images} == set(stages)


@pytest.mark.engine
def test_the_engine_lists_its_images_and_one_bad_name_stops_nothing(engine: Engine) -> None:
    assert {"debian:bookworm", "debian:trixie"} <= set(engine.names())
    fleet = fleet_of(read_engine(engine, ["no-such/image:1", "debian:trixie"]))
    assert [image.name for image in fleet.images] == ["debian:trixie"]
    assert [problem.subject for problem in fleet.problems] == ["no-such/image:1"]


@pytest.mark.engine
@pytest.mark.slow
def test_the_articles_fleet_takes_what_the_engine_and_a_registry_store(
    engine: Engine, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian, your base, MariaDB and Apache with PHP on it, and the next Debian's PHP beside them: to the byte."""
    need_docker_registry()
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with docker_registry(tmp_path) as registry:
        names = {part: f"{registry.host}/{prefix}/{part}:1" for part in ("base", "db", "web", "next")}
        try:
            for part, name in names.items():
                build_of_the_article(engine, part, name, base=names["base"])
            fleet = fleet_of(read_engine(engine, list(names.values())))
            assert fleet.problems == ()
            check_against_docker(fleet)

            for name in names.values():
                docker("push", "--quiet", name)
            stored = fleet_of(read_registries([registry.host]))
            assert stored.problems == ()
            check_against_files(stored, tmp_path / "data/docker/registry/v2/blobs/sha256")
        finally:
            docker("image", "rm", "--force", *names.values(), check=False)
    for shown in (answer(fleet), answer(stored)):
        by_name = {image.name: image.layers for image in shown.images}
        shared = [layer.id for layer in by_name[names["base"]]]
        assert [layer.id for layer in by_name[names["db"]]][: len(shared)] == shared
        assert [layer.id for layer in by_name[names["web"]]][: len(shared)] == shared
        saved = shown.sum_bytes - shown.stored_bytes
        assert saved == 2 * sum(layer.bytes or 0 for layer in by_name[names["base"]])


def build_of_the_article(engine: Engine, part: str, tag: str, base: str) -> None:
    """Build one of its images; contexts with a name, which the classic builder does not know, are folders here."""
    article = FIXTURES / "article"
    dockerfile = (article / part / "Dockerfile").read_bytes()
    dockerfile = dockerfile.replace(b"shop/base", base.encode()).replace(b"--from=code ", b"")
    context = article / ("web" if part == "next" else part)
    engine.build(context, dockerfile, network="host", tag=tag)


def check_against_docker(fleet: Fleet) -> None:
    """Sizes and sharing are those that Docker tells, and, where its store can be seen, those in there."""
    sizes: dict[str, int] = {}
    for image in fleet.images:
        (inspected,) = json.loads(docker("image", "inspect", image.name))
        assert [layer.id for layer in image.layers] == inspected["RootFS"]["Layers"]
        assert sum(layer.bytes or 0 for layer in image.layers) == inspected["Size"]
        sizes |= stored_sizes(inspected["RootFS"]["Layers"])
    if sizes:
        assert {layer.id: layer.bytes for image in fleet.images for layer in image.layers} == sizes
        assert answer(fleet).stored_bytes == sum(sizes.values())


def stored_sizes(diff_ids: Sequence[str]) -> dict[str, int]:
    """Bytes by diff id as Docker's layer store notes them, under the digest of the chain up to each."""
    root, driver = docker("info", "--format={{.DockerRootDir}} {{.Driver}}").split()
    store = Path(root, "image", driver, "layerdb")
    if not os.access(store, os.R_OK | os.X_OK):
        return {}
    sizes, chain = {}, ""
    for diff_id in diff_ids:
        chain = "sha256:" + hashlib.sha256(f"{chain} {diff_id}".encode()).hexdigest() if chain else diff_id
        sizes[diff_id] = int((store / chain.replace(":", "/") / "size").read_text())
    return sizes


def check_against_files(fleet: Fleet, blobs: Path) -> None:
    """The layers are all the files that the registry has, but for manifests and configurations, with their sizes."""
    held = {f"sha256:{path.parent.name}": path for path in blobs.rglob("data")}
    documents = {digest for digest, path in held.items() if path.read_bytes()[:1] == b"{"}
    assert {layer.id: layer.bytes for image in fleet.images for layer in image.layers} == {
        digest: path.stat().st_size for digest, path in held.items() if digest not in documents
    }


def docker(*arguments: str, check: bool = True) -> str:
    return subprocess.run(["docker", *arguments], check=check, capture_output=True, text=True).stdout.strip()
