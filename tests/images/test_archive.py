"""Image archives of both forms, and their layers laid upon each other."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from dfopt.images import ArchiveError, Kind, RootFS, read_archive

compressions = {"plain": bytes, "gzip": gzip.compress, "zstd": zstandard.ZstdCompressor().compress}

CONFIG = {
    "Env": ["PATH=/bin", "EMPTY=", "EQUAL=a=b"],
    "Entrypoint": ["/app"],
    "Cmd": None,
    "WorkingDir": "/srv",
    "User": "app:app",
    "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
    "Volumes": {"/data": {}},
    "Labels": {"a": "b"},
    "StopSignal": "SIGQUIT",
    "OnBuild": ["RUN true"],
    "Healthcheck": {"Test": ["CMD", "check"], "Interval": 5_000_000_000, "Retries": 2},
}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def config_of(layers: list[bytes], system: str = "linux") -> bytes:
    history = [{"created_by": "ENV EMPTY=", "empty_layer": True}]
    history += [{"created_by": f"COPY {number}"} for number in range(len(layers))]
    document = {
        "os": system,
        "architecture": "arm64",
        "config": CONFIG,
        "history": history,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(layer)}" for layer in layers]},
    }
    return json.dumps(document).encode()


def docker_archive(make_tar, layers: list[bytes], system: str = "linux") -> bytes:
    config = config_of(layers, system)
    paths = [f"{number}/layer.tar" for number in range(len(layers))]
    manifest = [{"Config": f"{digest(config)}.json", "RepoTags": ["app:1"], "Layers": paths}]
    return make_tar(
        (f"{digest(config)}.json", config),
        *zip(paths, layers, strict=True),
        ("manifest.json", json.dumps(manifest).encode()),
    )


def oci_archive(make_tar, layers: list[bytes], compress=bytes) -> bytes:
    blobs: list[bytes] = []

    def blob(data: bytes) -> dict[str, object]:
        blobs.append(data)
        return {"digest": f"sha256:{digest(data)}", "size": len(data)}

    manifest = {"config": blob(config_of(layers)), "layers": [blob(compress(layer)) for layer in layers]}
    attestation = {
        **blob(b'{"layers": []}'),
        "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
    }
    nested = {"manifests": [blob(json.dumps(manifest).encode()), attestation]}
    name = {"annotations": {"org.opencontainers.image.ref.name": "app:1"}}
    index = {"manifests": [blob(json.dumps(nested).encode()) | name]}
    members = {f"blobs/sha256/{digest(data)}": data for data in blobs}
    return make_tar(
        ("oci-layout", b'{"imageLayoutVersion": "1.0.0"}'),
        *members.items(),
        ("index.json", json.dumps(index).encode()),
    )


@pytest.fixture(params=["docker", "oci plain", "oci gzip", "oci zstd", "docker, compressed whole"])
def pack(request, make_tar):
    """Packs layers into an archive of one of the forms."""
    if request.param == "docker":
        return lambda layers: docker_archive(make_tar, layers)
    if request.param == "docker, compressed whole":
        return lambda layers: gzip.compress(docker_archive(make_tar, layers))
    return lambda layers: oci_archive(make_tar, layers, compressions[request.param.split()[1]])


def test_an_image_is_read_from_every_form(pack, make_tar, temporary_folder):
    layers = [make_tar(("a", b"1"), ("b", b"22")), make_tar((".wh.a", b""), ("c/d", b"333"))]
    with read_archive(io.BytesIO(pack(layers))) as archive:
        (image,) = archive.images
        assert [layer.diff_id for layer in image.layers] == [f"sha256:{digest(layer)}" for layer in layers]
        assert [layer.created_by for layer in image.layers] == ["COPY 0", "COPY 1"]
        assert [layer.size for layer in image.layers] == [3, 3]
        assert [(entry.path, entry.kind) for entry in image.layers[1].entries] == [
            ("/a", Kind.WHITEOUT),
            ("/c/d", Kind.FILE),
        ]
        assert [step.layer for step in image.history] == [None, *image.layers]
        root = RootFS.from_image(image)
        assert list(root) == ["/", "/b", "/c", "/c/d"]
        assert root.read("/c/d") == b"333"
    assert list(temporary_folder.iterdir()) == []


def test_the_configuration_is_read_as_it_is(make_tar):
    with read_archive(io.BytesIO(docker_archive(make_tar, []))) as archive:
        image = archive.images[0]
    config = image.config
    assert image.names == ("app:1",)
    assert image.id == f"sha256:{digest(config_of([]))}"
    assert config.env == {"PATH": "/bin", "EMPTY": "", "EQUAL": "a=b"}
    assert (config.entrypoint, config.cmd) == (("/app",), ())
    assert (config.workdir, config.user) == ("/srv", "app:app")
    assert (config.exposed_ports, config.volumes) == (("53/udp", "80/tcp"), ("/data",))
    assert (config.labels, config.stop_signal, config.onbuild) == ({"a": "b"}, "SIGQUIT", ("RUN true",))
    assert config.healthcheck is not None
    assert (config.healthcheck.test, config.healthcheck.interval) == (("CMD", "check"), 5)
    assert (config.os, config.architecture) == ("linux", "arm64")


def test_a_layer_that_comes_twice_is_one_layer(make_tar):
    layer = make_tar(("a", b"1"))
    config = config_of([layer, layer])
    manifest = [{"Config": "c.json", "RepoTags": None, "Layers": ["x/layer.tar", "y/layer.tar"]}]
    data = make_tar(
        ("c.json", config),
        ("x/layer.tar", layer),
        ("y/layer.tar", "../x/layer.tar"),
        ("manifest.json", json.dumps(manifest).encode()),
    )
    with read_archive(io.BytesIO(data)) as archive:
        (image,) = archive.images
        assert image.names == ()
        assert image.layers[0] is image.layers[1]


steps = st.lists(
    st.tuples(
        st.sampled_from(["write", "remove", "empty"]),
        st.lists(st.sampled_from("ab"), min_size=1, max_size=3).map("/".join),
    ),
    max_size=4,
)


@given(st.lists(steps, max_size=4))
def test_layers_lie_upon_each_other_as_in_a_container(make_tar, plan):
    files: dict[str, bytes] = {}
    layers = []
    for number, layer_steps in enumerate(plan):
        content = str(number).encode()
        layers.append(make_tar(*apply(files, layer_steps, content)))
    with read_archive(io.BytesIO(docker_archive(make_tar, layers))) as archive:
        root = RootFS.from_image(archive.images[0])
        assert sorted(entry.path for entry in root.walk()) == list(root)
        found = {path.removeprefix("/"): root.read(path) for path, entry in root.items() if entry.is_file}
    assert found == files


def apply(
    files: dict[str, bytes], layer_steps: list[tuple[str, str]], content: bytes
) -> list[tuple[str, bytes | None]]:
    """Do a layer's steps to a model of the files; the members of the layer that says the same.

    Whatever a layer hides, it hides of the layers below, so the model hides before it writes.
    """
    members: list[tuple[str, bytes | None]] = []
    for step, path in layer_steps:
        folder, _, name = path.rpartition("/")
        prefix = f"{folder}/" if folder else ""
        if step == "remove":
            members.append((f"{prefix}.wh.{name}", b""))
            forget(files, path)
        elif step == "empty":
            members.append((f"{path}/.wh..wh..opq", b""))
            for below in [file for file in files if file.startswith(f"{path}/")]:
                del files[below]
    for step, path in layer_steps:
        if step == "write" and not any(is_file_above(file, path) for file in files):
            members.append((path, content))
            forget(files, path)
            files[path] = content
    return members


def forget(files: dict[str, bytes], path: str) -> None:
    for file in [file for file in files if file == path or file.startswith(f"{path}/")]:
        del files[file]


def is_file_above(file: str, path: str) -> bool:
    return path.startswith(f"{file}/")


def test_an_opaque_directory_hides_what_is_below_but_keeps_its_own(make_tar):
    layers = [
        make_tar(("d/old", b"1"), ("d/e/old", b"2")),
        make_tar(("d/new", b"3"), ("d/.wh..wh..opq", b"")),
    ]
    with read_archive(io.BytesIO(docker_archive(make_tar, layers))) as archive:
        assert list(RootFS.from_image(archive.images[0])) == ["/", "/d", "/d/new"]


def test_notes_that_aufs_left_in_a_layer_are_no_files(make_tar):
    layers = [make_tar(("plnk", b"")), make_tar((".wh..wh.plnk/1.2", b""), (".wh..wh.aufs", b""))]
    with read_archive(io.BytesIO(docker_archive(make_tar, layers))) as archive:
        assert list(RootFS.from_image(archive.images[0])) == ["/", "/plnk"]


def test_an_image_for_another_system_is_refused(make_tar):
    data = docker_archive(make_tar, [make_tar(("Files/Windows", None))], system="windows")
    with read_archive(io.BytesIO(data)) as archive, pytest.raises(ArchiveError, match="made for windows"):
        RootFS.from_image(archive.images[0])


@pytest.mark.parametrize("name", [".wh.", ".wh..", "d/.wh..."])
def test_a_whiteout_of_the_folder_itself_is_refused(make_tar, name):
    data = docker_archive(make_tar, [make_tar(("d/f", b"")), make_tar((name, b""))])
    with read_archive(io.BytesIO(data)) as archive, pytest.raises(ArchiveError, match="hides"):
        RootFS.from_image(archive.images[0])


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([("a", b"")], "not an image archive"),
        ([("manifest.json", b"{")], "not JSON"),
        ([("manifest.json", b'["a"]')], "has no 'RepoTags'"),
        ([("manifest.json", b'[{"Layers": []}]')], "has no 'Config'"),
        ([("manifest.json", b'[{"Config": "c", "Layers": []}]')], "lacks c"),
        ([("manifest.json", b'[{"Config": "c", "Layers": []}]'), ("c", "c")], "a link to itself"),
        (
            [("manifest.json", b'[{"Config": "c", "Layers": ["l"]}]'), ("c", config_of([]))],
            "1 layers but names 0",
        ),
        ([("index.json", b'{"manifests": [{}]}')], "has no 'digest'"),
    ],
)
def test_archives_that_lack_something_are_refused(make_tar, temporary_folder, members, said):
    with pytest.raises(ArchiveError, match=said):
        read_archive(io.BytesIO(make_tar(*members)))
    assert list(temporary_folder.iterdir()) == []


@pytest.mark.parametrize("form", ["gzip", "zstd"])
def test_a_compressed_layer_that_is_cut_off_is_refused(make_tar, form):
    layer = make_tar(("a", bytes(range(256)) * 100))
    data = oci_archive(make_tar, [layer], lambda whole: compressions[form](whole)[:-200])
    with read_archive(io.BytesIO(data)) as archive, pytest.raises(ArchiveError):
        RootFS.from_image(archive.images[0])


def test_an_archive_that_unpacks_to_too_much_is_refused(make_tar, monkeypatch):
    monkeypatch.setattr("dfopt.images.archive._LARGEST_LAYER", 1 << 16)
    data = oci_archive(make_tar, [make_tar(("a", bytes(1 << 17)))], gzip.compress)
    with read_archive(io.BytesIO(data)) as archive, pytest.raises(ArchiveError, match="unpacks to more"):
        RootFS.from_image(archive.images[0])


def test_a_layer_without_an_end_mark_is_whole(make_tar):
    layer = make_tar(("a", b"1"))
    with read_archive(io.BytesIO(docker_archive(make_tar, [layer[: 2 * tarfile.BLOCKSIZE]]))) as archive:
        assert RootFS.from_image(archive.images[0]).read("/a") == b"1"
