"""Debian's docker-registry on this machine, and images to push to it: their layers are a few bytes and claim more."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

OCI = "application/vnd.oci.image."
DOCKER = "application/vnd.docker."
MANIFEST = {OCI: f"{OCI}manifest.v1+json", DOCKER: f"{DOCKER}distribution.manifest.v2+json"}
INDEX = {OCI: f"{OCI}index.v1+json", DOCKER: f"{DOCKER}distribution.manifest.list.v2+json"}
CONFIG = {OCI: f"{OCI}config.v1+json", DOCKER: f"{DOCKER}container.image.v1+json"}
LAYER = {OCI: f"{OCI}layer.v1.tar+gzip", DOCKER: f"{DOCKER}image.rootfs.diff.tar.gzip"}


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def need_docker_registry() -> None:
    """Skip a test where docker-registry is not installed, or fail it if DFOPT_ENGINE=required."""
    if shutil.which("docker-registry"):
        return
    if os.environ.get("DFOPT_ENGINE") == "required":
        pytest.fail("docker-registry is not installed; scripts/test installs it")
    pytest.skip("docker-registry is not installed")


@contextmanager
def docker_registry(folder: Path, auth: Mapping[str, Any] | None = None) -> Iterator[LocalRegistry]:
    """A registry that keeps its data in a folder, on a free port of 127.0.0.1."""
    config = {
        "version": "0.1",
        "log": {"formatter": "json"},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "data")},
            "cache": {"blobdescriptor": "inmemory"},
            "delete": {"enabled": True},
        },
        "http": {"addr": "127.0.0.1:0"},
    }
    if auth:
        config["auth"] = auth
    path, log = folder / "config.yml", folder / "log"
    path.write_text(json.dumps(config))
    with log.open("wb") as output:
        process = subprocess.Popen(["docker-registry", "serve", path], stdout=output, stderr=output)
    try:
        registry = LocalRegistry(f"127.0.0.1:{_port(process, log)}", folder)
        with registry.client:
            yield registry
    finally:
        process.terminate()
        process.wait(30)


def _port(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"listening on 127\.0\.0\.1:(\d+)", log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"docker-registry did not start: {log.read_text()}")


class LocalRegistry:
    """A registry that runs, and how to fill it."""

    def __init__(self, host: str, folder: Path) -> None:
        self.host = host
        self.folder = folder
        self.client = httpx.Client(base_url=f"http://{host}", trust_env=False, timeout=60)
        self._pushed: set[tuple[str, str]] = set()

    def login(self, header: str) -> None:
        """Push with this Authorization header from now on."""
        self.client.headers["Authorization"] = header

    def push_image(
        self,
        repository: str,
        tag: str,
        layers: Sequence[tuple[str, str, int]],
        *,
        platform: str = "linux/amd64",
        labels: Mapping[str, str] | None = None,
        family: str = OCI,
    ) -> str:
        """Push an image whose layers are (name, instruction, bytes claimed), with an empty step between; its digest.

        With an empty `tag` it can be reached by its digest only, as the images of an index.
        """
        blobs = [self.push_blob(repository, name.encode()) for name, _, _ in layers]
        history: list[dict[str, Any]] = [{"created_by": instruction} for _, instruction, _ in layers]
        history.insert(1, {"created_by": "ENV step=empty", "empty_layer": True})
        system, architecture, *variant = platform.split("/")
        config = {
            "os": system,
            "architecture": architecture,
            **({"variant": variant[0]} if variant else {}),
            "config": {"Labels": dict(labels or {})},
            "history": history,
            "rootfs": {"type": "layers", "diff_ids": blobs},
        }
        body = json.dumps(config).encode()
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST[family],
            "config": {"mediaType": CONFIG[family], "digest": self.push_blob(repository, body), "size": len(body)},
            "layers": [
                {"mediaType": LAYER[family], "digest": digest, "size": size}
                for digest, (_, _, size) in zip(blobs, layers, strict=True)
            ],
        }
        return self.push_manifest(repository, tag, manifest)

    def push_index(self, repository: str, tag: str, digests: Sequence[str], *, family: str = OCI) -> str:
        """Push an index of manifests that are there."""
        entries = [
            {"mediaType": MANIFEST[family], "digest": digest, "size": 1000, "platform": {"os": "linux"}}
            for digest in digests
        ]
        return self.push_manifest(
            repository, tag, {"schemaVersion": 2, "mediaType": INDEX[family], "manifests": entries}
        )

    def push_manifest(self, repository: str, tag: str, manifest: Mapping[str, Any]) -> str:
        body = json.dumps(manifest).encode()
        digest = digest_of(body)
        answer = self.client.put(
            f"/v2/{repository}/manifests/{tag or digest}",
            content=body,
            headers={"Content-Type": str(manifest["mediaType"])},
        )
        answer.raise_for_status()
        return digest

    def push_blob(self, repository: str, data: bytes) -> str:
        digest = digest_of(data)
        if (repository, digest) in self._pushed:
            return digest
        upload = self.client.post(f"/v2/{repository}/blobs/uploads/")
        upload.raise_for_status()
        self.client.put(
            upload.headers["Location"],
            params={**httpx.URL(upload.headers["Location"]).params, "digest": digest},
            content=data,
            headers={"Content-Type": "application/octet-stream"},
        ).raise_for_status()
        self._pushed.add((repository, digest))
        return digest

    def remove_manifest(self, repository: str, digest: str) -> None:
        self.client.delete(f"/v2/{repository}/manifests/{digest}").raise_for_status()

    def blob_file(self, digest: str) -> Path:
        """Where the registry keeps what a digest names."""
        algorithm, _, name = digest.partition(":")
        return self.folder / "data/docker/registry/v2/blobs" / algorithm / name[:2] / name / "data"

    def documents_sent(self) -> list[str]:
        """The paths of the manifests and configurations that readers have got so far, in order."""
        sent = re.findall(r'"GET (/v2/\S+/(?:manifests|blobs)/\S+) HTTP/1\.1\\?" 200 ', self.log)
        return [path.partition("?")[0] for path in sent]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()
