"""`dfopt slim` with an engine: a result is written only where it does the same as the original."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dfopt.cli.main import dfopt

SUBJECTS = Path(__file__).parents[2] / "fixtures" / "slim"
TROUBLES = SUBJECTS / "troubles"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(SUBJECTS / "c-dynamic", tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def trouble(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of one of the troubles' Dockerfiles."""
    shutil.copytree(TROUBLES / request.param, tmp_path, dirs_exist_ok=True)
    return tmp_path / "Dockerfile"


def run(*arguments: object, format_: str = "json") -> Result:
    return CliRunner().invoke(dfopt, ["slim", "--network", "host", "--format", format_, *map(str, arguments)])


@pytest.mark.engine
@pytest.mark.slow
def test_a_proved_result_is_written(project):
    done = run("--probe", project / "probes.toml", project / "Dockerfile")
    data = json.loads(done.stdout)
    assert done.exit_code == 0
    assert data["verification"]["same"]
    assert [probe["name"] for probe in data["verification"]["probes"]] == ["crc", "words"]
    assert data["gaps"] == []
    held = {each["node"]: each for each in data["holders"]}
    assert held["/usr/lib/x86_64-linux-gnu/libm.so.6"]["by"]["source"] == "/srv/sums/sums"
    assert all(each["bytes"] for each in data["holders"])
    assert (project / "Dockerfile.slim").exists()


@pytest.mark.engine
@pytest.mark.slow
def test_a_result_that_does_less_is_not_written(project):
    done = run("--probe", project / "probes.toml", "--drop", "/srv/sums/words.txt", project / "Dockerfile")
    data = json.loads(done.stdout)
    assert done.exit_code == 1
    assert data["reason"]["code"] == "probes"
    assert {probe["name"]: probe["kept"] for probe in data["verification"]["probes"]} == {"crc": True, "words": False}
    assert not (project / "Dockerfile.slim").exists()


@pytest.mark.engine
def test_an_original_that_does_not_build_is_left_as_it_was(project):
    path = project / "Dockerfile"
    path.write_bytes(path.read_bytes().replace(b"-lz -lm", b"-lnothing"))
    before = path.read_bytes()
    done = run("--in-place", path)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["reason"]["code"] == "build"
    assert path.read_bytes() == before


def test_an_engine_that_can_not_be_used_leaves_status_2(project, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    done = run("--engine", "podman", project / "Dockerfile")
    assert done.exit_code == 2
    assert "podman" in done.stderr


def test_auto_goes_on_without_an_engine_and_says_so(project, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    done = run("--engine", "auto", project / "Dockerfile")
    assert done.exit_code == 0
    assert "not tried" in done.stderr
    assert json.loads(done.stdout)["verification"] is None


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["computed"], indirect=True)
def test_what_a_failed_run_asks_for_is_added_and_told(trouble):
    done = run("--in-place", trouble)
    data = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [gap["path"] for gap in data["gaps"]] == ["/usr/bin/wc"]
    assert "wc: not found" in data["gaps"][0]["said"]
    written = trouble.read_bytes()
    assert b'# - kept besides: "/usr/bin/wc", since a run without it said' in written
    assert run("--in-place", trouble).exit_code == 0
    assert trouble.read_bytes() == written
    assert run("--engine", "none", trouble).exit_code == 0
    assert trouble.read_bytes() == written


@pytest.mark.engine
@pytest.mark.slow
def test_why_and_why_not_say_what_leads_to_a_file(project):
    before = sorted(project.iterdir())
    done = run("--why", "/bin/sh", "--why-not", "/usr/bin/gcc", project / "Dockerfile")
    kept, absent = json.loads(done.stdout)["explained"]
    assert done.exit_code == 0
    assert (kept["kept"], kept["place"]) == (True, "/usr/bin/dash")
    assert [edge["target"] for edge in kept["chain"]] == ["/srv/sums/sums", "pack:shell", "/usr/bin/dash"]
    assert (absent["kept"], absent["code"]) == (False, "package-not-reached")
    assert sorted(project.iterdir()) == before
    done = run("--why", "/usr/bin/gcc", project / "Dockerfile", format_="text")
    assert done.exit_code == 1
    assert "/usr/bin/gcc is not kept" in done.stdout


@pytest.mark.parametrize("option", ["--why", "--why-not"])
def test_why_needs_an_engine_and_says_how_to_go_on(option, project):
    done = run("--engine", "none", option, "/bin/sh", project / "Dockerfile")
    assert done.exit_code == 2
    assert "docker build --target gathered" in done.stderr


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize(
    ("trouble", "code", "said"),
    [
        ("missing-entrypoint", "original", "/opt/server"),
        ("no-awk", "gathering", "awk: not found"),
    ],
    indirect=["trouble"],
)
def test_what_can_not_be_proved_is_left_as_it_was(trouble, code, said):
    before = trouble.read_bytes()
    done = run("--in-place", trouble)
    reason = json.loads(done.stdout)["reason"]
    assert done.exit_code == 1
    assert reason["code"] == code
    assert said in reason["text"]
    assert len(reason["text"]) < 2_000
    assert trouble.read_bytes() == before


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["links"], indirect=True)
def test_links_out_of_the_root_lead_where_they_do_in_a_container(trouble):
    done = run(trouble)
    assert done.exit_code == 0, done.output
    done = run("--why", "/srv/links/out", trouble, format_="text")
    assert done.exit_code == 0
    assert done.stdout.startswith("/srv/links/out is kept; it leads to /srv/target\n")


def test_an_engine_without_permission_is_told_with_the_way_on(project, monkeypatch):
    folder = project / "bin"
    folder.mkdir()
    (folder / "docker").write_text("#!/bin/sh\necho permission denied while trying to connect >&2\nexit 1\n")
    (folder / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    done = run("--engine", "docker", project / "Dockerfile")
    assert done.exit_code == 2
    assert "Join the group" in done.stderr
    assert not (project / "Dockerfile.slim").exists()


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.3, 1.5, 4, 9])
def test_an_interrupt_leaves_nothing_running_and_the_file_as_it_was(seconds, project):
    """The label tells this test's images and containers from all others; a build's untagged cache may stay."""
    label = f"dfopt.interrupted={project}"
    path = project / "Dockerfile"
    path.write_bytes(path.read_bytes().replace(b"\n", f"\nLABEL {label}\n".encode(), 1))
    before = path.read_bytes()
    command = [
        sys.executable,
        "-c",
        "from dfopt.cli.main import main; main()",
        "slim",
        "--network",
        "host",
        "--in-place",
        str(path),
    ]
    with subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=120) != 0
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert path.read_bytes() == before
    assert sorted(each.name for each in project.iterdir()) == sorted(
        each.name for each in (SUBJECTS / "c-dynamic").iterdir()
    )
    deadline = time.monotonic() + 60
    while left(label) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left(label) == ""


def left(label: str) -> str:
    """The containers and images that are there; the daemon ends the build of a client that has gone a little later."""
    listings = (["ps", "--all"], ["images", "--filter", "dangling=false"])
    commands = [["docker", *each, "--filter", f"label={label}", "--format", "{{json .}}"] for each in listings]
    return "".join([subprocess.run(each, capture_output=True, text=True, check=True).stdout for each in commands])
