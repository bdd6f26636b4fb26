"""`dfopt verify`: two images that do the same, and two that do not."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dfopt.cli.main import dfopt
from dfopt.images import ImageConfig
from dfopt.images.probing import ProbeResult
from dfopt.slim.verification import Comparison, differences

SUBJECTS = Path(__file__).parents[2] / "fixtures" / "slim"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(dfopt, ["verify", "--network", "host", *map(str, arguments)])


def config(**values: object) -> ImageConfig:
    return ImageConfig.parse(values, os="linux", architecture="amd64")


def found(before: ImageConfig, after: ImageConfig, unstated: frozenset[str] = frozenset()) -> dict[str, bool]:
    """The names of what differs, and whether that is declared."""
    return {each.name: each.declared is not None for each in differences(before, after, unstated)}


def test_equal_configurations_have_no_differences():
    same = config(Env=["A=1"], Cmd=["a"], User="x", ExposedPorts={"80/tcp": {}})
    assert found(same, same) == {}


def test_an_exec_form_that_does_the_same_is_declared():
    shell = config(Cmd=["/bin/sh", "-c", "run --all"], Shell=["/bin/sh", "-c"])
    assert found(shell, config(Cmd=["run", "--all"])) == {"cmd": True, "shell": True}
    assert found(shell, config(Cmd=["run", "--some"])) == {"cmd": False, "shell": True}


def test_versions_of_the_base_may_be_missing_but_not_differ():
    before = config(Env=["NODE_VERSION=20.1", "PATH=/bin"])
    unstated = frozenset({"NODE_VERSION"})
    assert found(before, config(Env=["PATH=/bin"]), unstated) == {"env NODE_VERSION": True}
    assert found(before, config(Env=["NODE_VERSION=18", "PATH=/bin"]), unstated) == {"env NODE_VERSION": False}
    assert found(before, config(Env=["NODE_VERSION=20.1", "PATH=/usr/bin"]), unstated) == {"env PATH": False}


@pytest.mark.parametrize(
    ("before", "after", "is_kept"),
    [
        (ProbeResult("p", ok=True, answer="a"), ProbeResult("p", ok=True, answer="a"), True),
        (ProbeResult("p", ok=True, answer="a"), ProbeResult("p", ok=True, answer="b"), False),
        (ProbeResult("p", ok=True, answer="a"), ProbeResult("p", ok=False, detail="gone"), False),
        (ProbeResult("p", ok=False, detail="gone"), ProbeResult("p", ok=False, detail="gone"), True),
    ],
)
def test_a_probe_is_kept_where_nothing_is_lost(before, after, is_kept):
    comparison = Comparison("p", before, after)
    assert comparison.is_kept == is_kept
    assert bool(comparison.detail) == (not is_kept or not before.ok)


def test_wrong_use_leaves_status_2(tmp_path):
    assert run("a", "b", "c").exit_code == 2
    assert run(tmp_path / "missing").exit_code == 2
    done = run(SUBJECTS / "nginx" / "Dockerfile")
    assert done.exit_code == 2
    assert "name the original" in done.stderr
    probes = tmp_path / "probes.toml"
    probes.write_text('[[probe]]\nkind = "htpp"\n')
    done = run("--probe", probes, SUBJECTS / "nginx" / "Dockerfile", SUBJECTS / "nginx" / "Dockerfile")
    assert done.exit_code == 2
    assert "did you mean 'http'" in done.stderr


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A slimmed program with its health check and port, and probes that look further."""
    shutil.copytree(SUBJECTS / "c-dynamic", tmp_path, dirs_exist_ok=True)
    done = CliRunner().invoke(dfopt, ["slim", "--engine", "none", str(tmp_path / "Dockerfile")])
    assert done.exit_code == 0
    return tmp_path


@pytest.mark.engine
@pytest.mark.slow
def test_a_slimmed_program_does_the_same(program):
    done = run("--format", "json", program / "Dockerfile", program / "Dockerfile.slim")
    data = json.loads(done.stdout)
    assert done.exit_code == 0
    assert data["same"]
    assert {probe["name"] for probe in data["probes"]} == {"connect to port 18203", "health check"}
    assert {each["name"] for each in data["differences"]} == {"cmd", "healthcheck"}
    assert all(each["declared"] for each in data["differences"])
    assert data["after"]["bytes"] * 50 < data["before"]["bytes"]
    assert data["after"]["shells"] != data["before"]["shells"]


@pytest.mark.engine
@pytest.mark.slow
def test_the_original_is_found_in_the_rewritten_file(program):
    (program / "dfopt.toml").write_text((program / "probes.toml").read_text())
    done = run(program / "Dockerfile.slim")
    assert done.exit_code == 0, done.output
    assert "ok: crc" in done.stdout
    assert "2 of 2 probes kept; the same" in done.stdout


@pytest.mark.engine
@pytest.mark.slow
def test_what_is_lost_is_told_and_leaves_status_1(program):
    path = program / "Dockerfile.slim"
    path.write_bytes(path.read_bytes() + b"ENV LOST=1\nUSER root\n")
    done = run("--probe", program / "probes.toml", program / "Dockerfile", path)
    assert done.exit_code == 1
    assert "differs: user: 'sums' -> 'root'" in done.stdout
    assert "differs: env LOST" in done.stdout
    assert "not the same" in done.stdout


@pytest.mark.engine
def test_a_build_that_fails_leaves_status_2(program):
    path = program / "Dockerfile.slim"
    path.write_bytes(path.read_bytes() + b"COPY missing /\n")
    done = run("--probe", program / "probes.toml", program / "Dockerfile", path)
    assert done.exit_code == 2
    assert "missing" in done.stderr
