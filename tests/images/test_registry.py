"""Registries over the distribution API, read from Debian's docker-registry on this machine."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.images import RegistryError, RegistryMissingError, RegistryUnreachableError
from dfopt.images.registry import Index, Manifest, Registry, Target
from dfopt.images.registry.credentials import Credentials, find_credentials
from dfopt.images.registry.documents import read_configuration, read_manifest
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
    from collections.abc import Callable, Iterator

    Handler = Callable[[BaseHTTPRequestHandler], None]

HELPERS = Path(__file__).parents[2] / "fixtures" / "images" / "helpers"
LAYERS = [("base", "# debian", 48_000_000), ("tool", "RUN install tool", 5_000_000)]


@pytest.fixture(autouse=True)
def no_logins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.delenv("DFOPT_REGISTRY_USER", raising=False)
    monkeypatch.delenv("DFOPT_REGISTRY_PASSWORD", raising=False)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRegistry]:
    need_docker_registry()
    with docker_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@contextmanager
def opened(host: str) -> Iterator[Registry]:
    with Registry(Target.parse(host), connections=4) as registry:
        yield registry


@pytest.mark.parametrize("family", [OCI, DOCKER], ids=["oci", "docker"])
def test_an_image_is_read_from_its_manifest_and_configuration(registry: LocalRegistry, family: str) -> None:
    digest = registry.push_image("one/app", "1.0", LAYERS, labels={"team": "ä"}, family=family)
    with opened(registry.host) as reader:
        manifest = reader.manifest("one/app", "1.0")
        assert isinstance(manifest, Manifest)
        configuration = reader.configuration("one/app", manifest.config)
    assert (manifest.digest, manifest.is_image) == (digest, True)
    assert [(layer.digest, layer.size) for layer in manifest.layers] == [
        (digest_of(name.encode()), size) for name, _, size in LAYERS
    ]
    assert configuration.platform == "linux/amd64"
    assert configuration.instructions == tuple(instruction for _, instruction, _ in LAYERS)
    assert configuration.labels == {"team": "ä"}


@pytest.mark.parametrize("family", [OCI, DOCKER], ids=["oci", "docker"])
def test_an_index_names_its_manifests(registry: LocalRegistry, family: str) -> None:
    platforms = ["linux/amd64", "linux/arm64/v8"]
    digests = [registry.push_image("many/app", "", LAYERS, platform=name, family=family) for name in platforms]
    pushed = registry.push_index("many/app", "1.0", digests, family=family)
    with opened(registry.host) as reader:
        index = reader.manifest("many/app", "1.0")
        assert isinstance(index, Index)
        assert index.digest == pushed
        parts = [reader.manifest("many/app", descriptor.digest) for descriptor in index.manifests]
        read = [reader.configuration("many/app", part.config).platform for part in parts if isinstance(part, Manifest)]
    assert read == platforms


def test_lists_are_read_to_their_last_page(registry: LocalRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dfopt.images.registry.registry._PAGE", 2)
    names = {f"paged/app{number}" for number in range(5)}
    for name in names:
        registry.push_image(name, "latest", LAYERS[:1])
    with opened(registry.host) as reader:
        listed = list(reader.repositories())
        assert names <= set(listed)
        assert len(listed) == len(set(listed))
        assert list(reader.tags("paged/app0")) == ["latest"]
    assert "/v2/_catalog?last=" in registry.log


def test_what_is_known_is_not_sent_again(registry: LocalRegistry) -> None:
    digest = registry.push_image("known/app", "latest", LAYERS)
    with opened(registry.host) as reader:
        already = len(registry.documents_sent())
        assert reader.manifest("known/app", "latest", unless=digest) is None
        assert registry.documents_sent()[already:] == []
        moved = registry.push_image("known/app", "latest", LAYERS[:1])
        manifest = reader.manifest("known/app", "latest", unless=digest)
    assert manifest is not None
    assert manifest.digest == moved


def test_threads_that_wait_for_a_connection_break_none(
    registry: LocalRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = registry.push_image("busy/app", "latest", LAYERS)
    waits: list[float] = []
    monkeypatch.setattr("dfopt.images.registry.transport.Transport._wait", lambda _, seconds: waits.append(seconds))
    with Registry(Target.parse(registry.host), connections=2) as reader, ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda _: reader.manifest("busy/app", "latest"), range(300)))
    assert {manifest.digest for manifest in read if manifest} == {digest}
    assert waits == []


def test_content_that_is_not_what_its_digest_names_is_refused(registry: LocalRegistry) -> None:
    digest = registry.push_image("bad/app", "latest", LAYERS, labels={"to be": "changed"})
    with opened(registry.host) as reader:
        manifest = reader.manifest("bad/app", "latest")
        assert isinstance(manifest, Manifest)
        for damaged in (manifest.config.digest, digest):
            path = registry.blob_file(damaged)
            path.write_bytes(path.read_bytes().replace(b":", b" ", 1)[:-1] + b"\n")
        with pytest.raises(RegistryError, match=manifest.config.digest):
            reader.configuration("bad/app", manifest.config)
        with pytest.raises(RegistryError):
            reader.manifest("bad/app", digest)


def test_what_is_not_there_is_told(registry: LocalRegistry) -> None:
    with opened(registry.host) as reader:
        with pytest.raises(RegistryMissingError, match="404"):
            reader.manifest("no/app", "latest")
        with pytest.raises(RegistryMissingError, match="404"):
            list(reader.tags("no/app"))


def test_basic_authentication_with_the_environment_or_what_docker_login_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_docker_registry()
    # "secret" at bcrypt's lowest cost, which docker-registry wants
    (tmp_path / "htpasswd").write_text("reader:$2y$04$8GUHEVgFdF3qxNO2mMIvBOJUO9GMEiTN/bIJqrkg9rcya.5SSjSru\n")
    auth = {"htpasswd": {"realm": "test", "path": str(tmp_path / "htpasswd")}}
    with docker_registry(tmp_path, auth) as registry:
        registry.login(Credentials("reader", "secret").header)
        registry.push_image("app", "latest", LAYERS)
        with opened(registry.host) as reader, pytest.raises(RegistryError, match="DFOPT_REGISTRY_USER"):
            list(reader.tags("app"))

        monkeypatch.setenv("DFOPT_REGISTRY_USER", "reader")
        monkeypatch.setenv("DFOPT_REGISTRY_PASSWORD", "wrong")
        with opened(registry.host) as reader, pytest.raises(RegistryError, match="login is not good"):
            list(reader.tags("app"))
        monkeypatch.setenv("DFOPT_REGISTRY_PASSWORD", "secret")
        with opened(registry.host) as reader:
            assert list(reader.tags("app")) == ["latest"]

        monkeypatch.delenv("DFOPT_REGISTRY_USER")
        with pytest.raises(RegistryError, match="both or neither"):
            find_credentials(registry.host)
        monkeypatch.delenv("DFOPT_REGISTRY_PASSWORD")
        login = base64.b64encode(b"reader:secret").decode()
        (tmp_path / "docker").mkdir()
        (tmp_path / "docker/config.json").write_text(json.dumps({"auths": {registry.host: {"auth": login}}}))
        with opened(registry.host) as reader:
            assert list(reader.repositories()) == ["app"]

        monkeypatch.setenv("PATH", str(HELPERS), prepend=os.pathsep)
        (tmp_path / "docker/config.json").write_text(json.dumps({"credHelpers": {registry.host: "keeper"}}))
        with opened(registry.host) as reader:
            assert list(reader.repositories()) == ["app"]


def test_a_login_is_not_looked_up_before_it_is_needed(registry: LocalRegistry, tmp_path: Path) -> None:
    registry.push_image("open/app", "latest", LAYERS)
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker/config.json").write_text(json.dumps({"credsStore": "that-is-not-installed"}))
    with opened(registry.host) as reader:
        assert list(reader.tags("open/app")) == ["latest"]


def test_tokens_are_fetched_for_each_scope_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docker-registry asks for tokens of an issuer, which here is a small one that signs with openssl."""
    need_docker_registry()
    issuer = TokenIssuer(tmp_path)
    with serving(issuer.answer) as host:
        token = {"realm": f"http://{host}/token", "service": "registry", "issuer": "test"}
        token["rootcertbundle"] = str(tmp_path / "certificate.pem")
        with docker_registry(tmp_path, {"token": token}) as registry:
            everything = [{"type": "repository", "name": "app", "actions": ["pull", "push"]}]
            registry.login(f"Bearer {issuer.token(everything)}")
            registry.push_image("app", "latest", LAYERS)

            with opened(registry.host) as reader, pytest.raises(RegistryError, match="wants a login"):
                list(reader.tags("app"))
            monkeypatch.setenv("DFOPT_REGISTRY_USER", "reader")
            monkeypatch.setenv("DFOPT_REGISTRY_PASSWORD", "secret")
            issuer.scopes.clear()
            with opened(registry.host) as reader:
                assert list(reader.repositories()) == ["app"]
                assert list(reader.tags("app")) == ["latest"]
                manifest = reader.manifest("app", "latest")
                assert isinstance(manifest, Manifest)
                assert reader.configuration("app", manifest.config).platform == "linux/amd64"
    assert issuer.scopes == ["registry:catalog:*", "repository:app:pull"]


class TokenIssuer:
    """Gives `reader` with the password `secret` whatever is asked for, as a token that holds for a minute."""

    def __init__(self, folder: Path) -> None:
        self.scopes: list[str] = []
        self._folder = folder
        made = ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]
        request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test", "-days", "2"]
        subprocess.run([*request, *made], check=True, capture_output=True)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        if request.headers["Authorization"] != Credentials("reader", "secret").header:
            respond(request, 401)
            return
        query = parse_qs(urlsplit(request.path).query)
        self.scopes += query["scope"]
        kind, name, actions = query["scope"][0].split(":")
        access = [{"type": kind, "name": name, "actions": actions.split(",")}]
        respond(request, 200, json.dumps({"token": self.token(access)}).encode())

    def token(self, access: list[dict[str, object]]) -> str:
        pem = (self._folder / "certificate.pem").read_text()
        header = {"typ": "JWT", "alg": "RS256", "x5c": ["".join(pem.splitlines()[1:-1])]}
        now = int(time.time())
        claims = {"iss": "test", "sub": "reader", "aud": "registry", "access": access, "jti": "1"}
        claims |= {"iat": now, "nbf": now - 10, "exp": now + 60}
        signed = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
        sign = ["openssl", "dgst", "-sha256", "-sign", self._folder / "key.pem"]
        signature = subprocess.run(sign, input=signed.encode(), check=True, capture_output=True).stdout
        return f"{signed}.{encoded(signature)}"


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@contextmanager
def serving(answer: Handler) -> Iterator[str]:
    """A server that misbehaves as no real registry can be made to; its host and port."""

    class Server(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def respond(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def test_a_busy_registry_is_asked_again_when_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = []
    monkeypatch.setattr("dfopt.images.registry.transport.Transport._wait", lambda _, seconds: waits.append(seconds))
    answers = iter([(429, {"Retry_After": "7"}), (503, {}), (500, {"Retry_After": "nonsense"}), (200, {})])

    def answer(request: BaseHTTPRequestHandler) -> None:
        status, headers = next(answers)
        respond(request, status, b'{"tags": ["latest"]}', **headers)

    with serving(answer) as host, opened(host) as reader:
        assert list(reader.tags("app")) == ["latest"]
    assert waits[0] == 7
    assert all(0 < wait <= 60 for wait in waits)


def test_a_registry_that_stays_busy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        serving(lambda request: respond(request, 429, b"too\x1b[31m many", Retry_After="0")) as host,
        opened(host) as reader,
        pytest.raises(RegistryError, match=re.escape("status 429 too [31m many")),
    ):
        list(reader.tags("app"))


def test_a_registry_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dfopt.images.registry.transport.Transport._wait", lambda *_: None)
    with serving(lambda request: respond(request, 200)) as host:
        pass
    with opened(host) as reader, pytest.raises(RegistryUnreachableError, match=host):
        list(reader.tags("app"))


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://127.0.0.1/file", "gopher://127.0.0.1/", "//["],
)
def test_redirects_that_leave_the_web_are_refused(target: str) -> None:
    with (
        serving(lambda request: respond(request, 307, Location=target)) as host,
        opened(host) as reader,
        pytest.raises(RegistryError),
    ):
        reader.manifest("app", "latest")


def test_endless_redirects_are_refused() -> None:
    with (
        serving(lambda request: respond(request, 307, Location=request.path + "/x")) as host,
        opened(host) as reader,
        pytest.raises(RegistryError, match="redirect"),
    ):
        reader.manifest("app", "latest")


def test_a_login_is_not_carried_to_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DFOPT_REGISTRY_USER", "reader")
    monkeypatch.setenv("DFOPT_REGISTRY_PASSWORD", "secret")
    seen = []

    def other(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.headers["Authorization"])
        respond(request, 200, b'{"tags": []}')

    def answer(request: BaseHTTPRequestHandler) -> None:
        if "Authorization" in request.headers:
            respond(request, 307, Location=f"http://{elsewhere}/v2/")
        else:
            respond(request, 401, WWW_Authenticate='Basic realm="test"')

    with serving(other) as elsewhere, serving(answer) as host, opened(host) as reader:
        assert list(reader.tags("app")) == []
    assert seen == [None]


def test_answers_without_end_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dfopt.images.registry.registry.LARGEST_DOCUMENT", 10_000)
    with (
        serving(lambda request: respond(request, 200, b" " * 20_000)) as host,
        opened(host) as reader,
        pytest.raises(RegistryError, match="more than 10000 bytes"),
    ):
        reader.manifest("app", "latest")


def test_answers_that_drip_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dfopt.images.registry.transport._LONGEST_ANSWER", 0.0)
    with (
        serving(lambda request: respond(request, 200, b'{"tags": []}')) as host,
        opened(host) as reader,
        pytest.raises(RegistryError, match="took longer"),
    ):
        list(reader.tags("app"))


@pytest.mark.parametrize(
    ("link", "message"),
    [("/v2/app/tags/list?n=1000", "same page"), ("http://192.0.2.1/v2/app/tags/list", "another host")],
)
def test_pages_that_lead_astray_are_refused(link: str, message: str) -> None:
    with (
        serving(lambda request: respond(request, 200, b'{"tags": ["a"]}', Link=f'<{link}>; rel="next"')) as host,
        opened(host) as reader,
        pytest.raises(RegistryError, match=message),
    ):
        list(reader.tags("app"))


def test_pages_without_end_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dfopt.images.registry.registry._MOST_PAGES", 3)

    def answer(request: BaseHTTPRequestHandler) -> None:
        respond(request, 200, b'{"tags": ["a"]}', Link=f'<{request.path}x>; rel="next"')

    with serving(answer) as host, opened(host) as reader, pytest.raises(RegistryError, match="more than 3 pages"):
        list(reader.tags("app"))


@pytest.mark.parametrize("name", ["../../etc", "Upper", "a//b", "a/\x1b[31m", "x" * 300])
def test_names_that_can_not_be_are_refused(name: str) -> None:
    body = json.dumps({"repositories": [name]}).encode()
    with (
        serving(lambda request: respond(request, 200, body)) as host,
        opened(host) as reader,
        pytest.raises(RegistryError, match="can't be one"),
    ):
        list(reader.repositories())


def test_a_digest_that_the_registry_announces_must_be_that_of_the_answer() -> None:
    with (
        serving(lambda request: respond(request, 200, b"{}", Docker_Content_Digest=digest_of(b"other"))) as host,
        opened(host) as reader,
        pytest.raises(RegistryError, match="was asked for"),
    ):
        reader.manifest("app", "latest")


def test_a_token_service_in_the_clear_gets_no_login_of_a_registry_with_https() -> None:
    from dfopt.images.registry.transport import Transport

    with Transport("https://registry.invalid", 1) as transport, pytest.raises(RegistryError, match="not https"):
        transport.get("http://127.0.0.1:1/token", {"Authorization": "Basic x"}, limit=10)


DESCRIPTOR = {"mediaType": "any", "digest": digest_of(b""), "size": 1}


@pytest.mark.parametrize(
    "manifest",
    [
        {"schemaVersion": 1},
        {"schemaVersion": 2},
        {"schemaVersion": 2, "layers": [], "config": DESCRIPTOR, "manifests": []},
        {"schemaVersion": 2, "layers": [], "config": DESCRIPTOR, "mediaType": INDEX[OCI]},
        {"schemaVersion": 2, "manifests": [], "mediaType": MANIFEST[OCI]},
        {"schemaVersion": 2, "layers": [], "config": None},
        {"schemaVersion": 2, "layers": [{**DESCRIPTOR, "size": -1}], "config": DESCRIPTOR},
        {"schemaVersion": 2, "layers": [{**DESCRIPTOR, "size": 1 << 60}], "config": DESCRIPTOR},
        {"schemaVersion": 2, "layers": [{**DESCRIPTOR, "size": True}], "config": DESCRIPTOR},
        {"schemaVersion": 2, "layers": [{**DESCRIPTOR, "digest": "sha256:../../x"}], "config": DESCRIPTOR},
        {"schemaVersion": 2, "layers": [DESCRIPTOR] * 1001, "config": DESCRIPTOR},
        [],
    ],
)
def test_manifests_of_no_known_form_are_refused(manifest: object) -> None:
    with pytest.raises(RegistryError):
        read_manifest(json.dumps(manifest).encode(), digest_of(b""))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KEYS = st.sampled_from(
    ["schemaVersion", "mediaType", "layers", "config", "manifests", "history", "os", "Labels", "digest", "size"]
)
DOCUMENTS = st.dictionaries(KEYS, st.just(2) | st.just(DESCRIPTOR) | st.lists(st.just(DESCRIPTOR)) | JSON)


@given(
    st.binary() | JSON.map(lambda value: json.dumps(value).encode()) | DOCUMENTS.map(lambda d: json.dumps(d).encode())
)
def test_any_document_is_read_or_refused(body: bytes) -> None:
    for read in (lambda: read_manifest(body, digest_of(body)), lambda: read_configuration(body)):
        try:
            str(read()).encode()
        except RegistryError as error:
            str(error).encode()


def test_documents_nested_without_end_are_refused() -> None:
    with pytest.raises(RegistryError, match="JSON"):
        read_configuration(b"[" * 1_000_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("registry.example.org", Target("registry.example.org", "https://registry.example.org")),
        ("localhost:5000", Target("localhost:5000", "http://localhost:5000")),
        ("127.0.0.1:5000/a/b", Target("127.0.0.1:5000", "http://127.0.0.1:5000", "a/b")),
        ("[::1]:5000/a", Target("[::1]:5000", "http://[::1]:5000", "a")),
        ("http://registry.lan/a:1.0", Target("registry.lan", "http://registry.lan", "a", "1.0")),
        ("docker.io/nginx:1", Target("docker.io", "https://registry-1.docker.io", "library/nginx", "1")),
        (f"host:1/a:1@{digest_of(b'')}", Target("host:1", "https://host:1", "a", digest_of(b""))),
    ],
)
def test_targets_are_read_as_docker_reads_names(text: str, expected: Target) -> None:
    assert Target.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["", "/a", "host/A", "host/a:", "host/a:b:c", "host/a@sha256:12", "ftp://host/a", "host/:1"]
)
def test_other_targets_are_refused(text: str) -> None:
    with pytest.raises(RegistryError):
        Target.parse(text)
