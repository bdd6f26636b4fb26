"""`dfopt slim` with an engine: a result is written only where it does the same as the original."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dfopt.cli.main import dfopt

SUBJECTS = Path(__file__).parents[2] / "fixtures" / "slim"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(SUBJECTS / "c-dynamic", tmp_path, dirs_exist_ok=True)
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(dfopt, ["slim", "--network", "host", "--format", "json", *map(str, arguments)])


@pytest.mark.engine
@pytest.mark.slow
def test_a_proved_result_is_written(project):
    done = run("--probe", project / "probes.toml", project / "Dockerfile")
    data = json.loads(done.stdout)
    assert done.exit_code == 0
    assert data["verification"]["same"]
    assert [probe["name"] for probe in data["verification"]["probes"]] == ["crc", "words"]
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
