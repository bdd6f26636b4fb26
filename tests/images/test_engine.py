"""Building, looking into and running images with the engine of this machine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from dfopt.images import (
    BuildError,
    ContainerError,
    EngineError,
    default_probes,
    find_engine,
    parse_probes,
    run_probes,
)
from dfopt.images.engines.session import Session

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT_ENGINES = """
import sys
from dfopt.images import EngineError, find_engine
try:
    find_engine(sys.argv[1])
except EngineError as error:
    print(error)
"""

INTERRUPTED = """
import sys
from pathlib import Path
from dfopt.images import find_engine
folder, what = Path(sys.argv[1]), sys.argv[2]
with find_engine("auto") as engine:
    print(engine.session.id, flush=True)
    if what == "build":
        def log(line):
            if line.endswith("falling asleep"):
                print("busy", flush=True)
        engine.build(folder / "sleeper", folder / "sleeper" / "Dockerfile", network="host", log=log)
    server = folder / "server"
    image = engine.build(server, server / "Dockerfile", network="host")
    engine.run(image, network="host", command=["0"], volumes={"kept": "/kept"})
    print("busy", flush=True)
    engine.run(image, network="host", command=["0"]).wait(300)
"""


@pytest.fixture
def server(engine, fixture_folder):
    folder = fixture_folder / "server"
    return engine.build(folder, folder / "Dockerfile", network="host", build_args={"GREETING": "good day"})


@pytest.fixture
def port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.mark.engine
def test_a_built_image_shows_what_it_is(engine, server):
    config = engine.config(server)
    assert config.env["GREETING"] == "good day"
    assert (config.entrypoint, config.cmd) == (("perl", "/usr/local/bin/server"), ("0",))
    assert (config.workdir, config.volumes, config.stop_signal) == ("/srv", ("/data",), "SIGTERM")
    assert config.labels == {"org.example.part": "server"}
    assert config.healthcheck.test == ("CMD", "test", "-e", "/data/started")
    assert (config.healthcheck.interval, config.healthcheck.timeout, config.healthcheck.retries) == (5, 2, 2)
    assert config.os == "linux"
    layers = engine.layers(server)
    assert sum(layer.size for layer in layers) == engine.size(server)
    assert "printf" in next(layer.created_by for layer in layers if "from-run" in layer.created_by)


@pytest.mark.engine
def test_an_exported_image_is_what_its_layers_hold(engine, server, fixture_folder, temporary_folder):
    with engine.export(server) as root:
        assert root.read("/usr/local/bin/server") == (fixture_folder / "server" / "server.pl").read_bytes()
        assert root.read("/etc/from-run") == b"127.0.0.9 inside\n"
        assert "/etc/issue" not in root
        assert "/.dockerenv" not in root
        assert root["/srv"].is_directory
        assert root.resolve("/bin/sh").entry.is_file
    assert list(temporary_folder.iterdir()) == []


@pytest.mark.engine
def test_an_image_is_known_by_its_name_and_goes_when_removed(engine, server):
    assert engine.image(server.name).id == server.id
    engine.remove(server)
    with pytest.raises(EngineError, match=server.name):
        engine.image(server.name)


@pytest.mark.engine
def test_a_dockerfile_outside_of_the_context_and_a_target(engine, tmp_path):
    (tmp_path / "given").write_text("content")
    dockerfile = b"FROM scratch AS first\nCOPY given /first\nFROM scratch\nCOPY given /second\n"
    with engine.export(engine.build(tmp_path, dockerfile, target="first")) as root:
        assert list(root) == ["/", "/first"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "Dockerfile").write_bytes(dockerfile)
    with engine.export(engine.build(tmp_path, elsewhere / "Dockerfile")) as root:
        assert list(root) == ["/", "/second"]


@pytest.mark.engine
def test_a_tagged_image_stays_and_others_go(fixture_folder, tmp_path):
    (tmp_path / "f").write_text("1")
    with find_engine("auto") as engine:
        kept = engine.build(tmp_path, b"FROM scratch\nCOPY f /kept\n", tag="dfopt-test-kept:1")
        other = engine.build(tmp_path, b"FROM scratch\nCOPY f /other\n")
    with find_engine("auto") as engine:
        assert engine.image("dfopt-test-kept:1").id == kept.id
        with pytest.raises(EngineError):
            engine.image(other.name)
        subprocess.run([engine.name, "image", "rm", kept.name], check=True, capture_output=True)


@pytest.mark.engine
def test_a_build_that_fails_keeps_its_log(engine, tmp_path, temporary_folder):
    lines: list[str] = []
    with pytest.raises(BuildError, match="status") as caught:
        engine.build(tmp_path, b"FROM debian:bookworm\nRUN echo so-far; exit 7\n", network="host", log=lines.append)
    assert caught.value.log.read_text().splitlines() == lines
    assert any("so-far" in line for line in lines)
    assert any("7" in line for line in caught.value.last_lines)
    assert list(temporary_folder.iterdir()) == [caught.value.log]


@pytest.mark.engine
def test_a_frontend_that_cannot_be_pulled_does_not_stop_a_build(engine, tmp_path):
    (tmp_path / "f").write_text("1")
    image = engine.build(tmp_path, b"# syntax=registry.invalid/dockerfile:1\nFROM scratch\nCOPY f /f\n")
    assert engine.size(image) == 1


@pytest.mark.engine
@pytest.mark.parametrize("choice", ["docker", "podman", "buildah", "buildkit"])
def test_every_engine_builds_and_shows_the_same(choice, tmp_path):
    try:
        engine = find_engine(choice)
    except EngineError as error:
        pytest.skip(str(error))
    (tmp_path / "f").write_text("content")
    lines: list[str] = []
    dockerfile = b'FROM scratch\nARG A\nENV B=$A\nCOPY f /d/f\nHEALTHCHECK CMD ["/d/f"]\nCMD ["/d/f"]\n'
    with engine:
        image = engine.build(tmp_path, dockerfile, build_args={"A": "b c"}, log=lines.append)
        config = engine.config(image)
        assert (config.env["B"], config.cmd) == ("b c", ("/d/f",))
        assert config.healthcheck.test == ("CMD", "/d/f")
        assert config.labels == {}
        assert any("COPY f" in layer.created_by or "COPY file:" in layer.created_by for layer in engine.layers(image))
        with engine.export(image) as root:
            assert root.read("/d/f") == b"content"
        assert image.id.startswith("sha256:")
        assert image.builder.startswith(choice)
        assert lines
        with pytest.raises(BuildError, match="nothing-there"):
            engine.build(tmp_path, b"FROM scratch\nCOPY nothing-there /\n")


@pytest.mark.engine
def test_a_container_runs_restarts_and_keeps_its_volumes(engine, server, port):
    with engine.run(server, network="host", command=[str(port)], volumes={"kept": "/kept"}) as container:
        assert container.address(port) == ("127.0.0.1", port)
        probes = parse_probes(
            [
                {"kind": "log", "contains": "listening on"},
                {
                    "kind": "http",
                    "url": f"http://localhost:{port}/x",
                    "contains": ["good day /x", "1 times"],
                    "response_headers": {"content-type": "text/plain"},
                },
                {"kind": "http", "url": f"http://localhost:{port}/missing", "status": 404},
                {"kind": "tcp", "port": port, "send": "GET /tcp\r\n\r\n", "contains": "good day /tcp"},
                {"kind": "exec", "command": ["sh", "-c", "echo kept > /kept/file; pwd; exit 4"], "status": 4},
                {"kind": "restart"},
                {"kind": "http", "url": f"http://localhost:{port}/x", "contains": "2 times"},
                {"kind": "exec", "command": ["cat", "/kept/file"], "contains": "kept"},
                {"kind": "host", "command": ["sh", "-c", "echo $DFOPT_CONTAINER"], "contains": container.name},
                {"kind": "http", "url": f"http://localhost:{port}/stop"},
                {"kind": "exit", "status": 3},
            ]
        )
        results = run_probes(container, [*probes, *default_probes(engine.config(server))])
        assert [(result.name, result.detail) for result in results[:-1] if not result.ok] == []
        assert results[1].answer == "200\nconnection: close\ncontent-type: text/plain\n\ngood day /x, started 1 times\n"
        assert results[-1].name == "health check"
        assert "has ended with status 3" in results[-1].detail
        assert container.state().exit_code == 3
    with engine.run(server, network="host", command=[str(port)], volumes={"kept": "/kept"}) as container:
        assert container.exec(["cat", "/kept/file"]).text == "kept"
        container.stop()
        assert "stopping" in container.logs()
        assert container.state().exit_code == 0


@pytest.mark.engine
def test_a_program_that_is_not_there_is_told(engine, server, tmp_path):
    (tmp_path / "f").write_text("no program")
    image = engine.build(tmp_path, b'FROM scratch\nCOPY f /f\nENTRYPOINT ["/missing"]\n')
    with pytest.raises(ContainerError, match="/missing"):
        engine.run(image, network="none")
    with engine.run(server, network="host") as container:
        assert container.exec(["missing"]).code in {126, 127}


@pytest.mark.engine
@pytest.mark.parametrize("what", ["build", "run"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_stays_when_interrupted(engine, fixture_folder, temporary_folder, what, number):
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(fixture_folder), what],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    session = process.stdout.readline().strip()
    assert process.stdout.readline() == "busy\n"
    process.send_signal(number)
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == (-signal.SIGINT if number == signal.SIGINT else 128 + number), complaints
    assert session not in everything_in(engine)
    assert list(temporary_folder.iterdir()) == []
    deadline = time.monotonic() + 20  # a daemon takes a moment to end what its client has cancelled
    while "falling asleep" in everything_in(engine):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def everything_in(engine) -> str:
    commands = (["ps", "--all", "--no-trunc"], ["images"], ["volume", "ls"])
    return "".join(
        subprocess.run([engine.name, *command], check=True, capture_output=True, text=True).stdout
        for command in commands
    )


def test_auto_says_why_no_engine_can_be_used(tmp_path):
    done = without_engines("auto", tmp_path)
    assert "no container engine can be used here" in done
    for program in ("docker", "podman", "buildah", "buildctl"):
        assert f"{program} is not installed" in done


def test_a_docker_that_may_not_be_used_is_told(tmp_path):
    program = tmp_path / "docker"
    program.write_text("#!/bin/sh\necho permission denied while trying to connect to the Docker daemon >&2\nexit 1\n")
    program.chmod(0o755)
    done = without_engines("docker", tmp_path)
    assert "permission denied while trying" in done
    assert "you may not use it" in done


@pytest.mark.skipif(not shutil.which("docker"), reason="docker is not installed")
def test_a_docker_without_a_daemon_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")
    with pytest.raises(EngineError, match="its daemon does not answer") as caught:
        find_engine("docker")
    assert "DOCKER_HOST" in str(caught.value)


def without_engines(choice: str, path: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_ENGINES, choice],
        env={**os.environ, "PATH": str(path)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_an_engine_that_is_not_entered_starts_nothing(tmp_path):
    session = Session()
    with pytest.raises(RuntimeError, match="with statement"):
        session.track("x", lambda: None)


def test_a_session_removes_the_newest_first_and_tells_what_it_could_not():
    removed = []

    def refuse() -> None:
        raise EngineError("in use")

    session = Session().__enter__()
    session.track("first", lambda: removed.append("first"))
    session.track("second", refuse)
    session.track("third", lambda: removed.append("third"))
    session.track("fourth", lambda: removed.append("fourth"))
    session.remove("fourth")
    with pytest.raises(EngineError, match="second: in use"):
        session.__exit__(None, None, None)
    assert removed == ["fourth", "third", "first"]


def test_signals_wait_while_a_session_removes_things():
    removed = []

    def remove() -> None:
        signal.raise_signal(signal.SIGTERM)
        removed.append("all")

    old = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as caught, Session() as session:
        session.track("x", remove)
    assert removed == ["all"]
    assert caught.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is old
