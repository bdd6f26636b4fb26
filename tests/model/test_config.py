"""The effective configuration, against what BuildKit made of the same files (the `.json` beside each)."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dfopt.model import Config, Model
from dfopt.syntax.parser import parse

FOLDER = Path(__file__).parents[2] / "fixtures" / "model" / "config"
FILES = sorted(FOLDER.glob("*.Dockerfile"))


def image_config(config: Config) -> dict[str, Any]:
    """A complete configuration in the words of an image."""
    health = config.healthcheck
    return {
        "Cmd": list(config.cmd) if config.cmd else None,
        "Entrypoint": list(config.entrypoint) if config.entrypoint else None,
        "Env": [f"{name}={value}" for name, value in config.env.items()],
        "ExposedPorts": sorted({port for ports in config.exposed for port in each_port(ports)}),
        "Healthcheck": list(health.test) if health else None,
        "Labels": dict(sorted(config.labels.items())),
        "OnBuild": list(config.onbuild) or None,
        "Shell": list(config.shell) if config.shell else None,
        "StopSignal": config.stopsignal,
        "User": config.user or "",
        "Volumes": sorted(config.volumes),
        "WorkingDir": config.workdir,
    }


def each_port(ports: str) -> list[str]:
    numbers, _, protocol = ports.partition("/")
    first, _, last = numbers.partition("-")
    return [f"{port}/{protocol}" for port in range(int(first), int(last or first) + 1)]


def built_config(file: Path, tag: str) -> dict[str, Any]:
    """What the engine says of the image that it builds from a file."""
    docker = shutil.which("docker", path=f"/usr/bin{os.pathsep}{os.environ['PATH']}")
    assert docker, "the engine has answered"
    build = [docker, "build", "--quiet", "--tag", tag, "-"]
    subprocess.run(
        build, input=file.read_bytes(), check=True, capture_output=True, env={**os.environ, "DOCKER_BUILDKIT": "1"}
    )
    try:
        said = subprocess.run([docker, "inspect", tag], check=True, capture_output=True).stdout
    finally:
        subprocess.run([docker, "rmi", tag], check=True, capture_output=True)
    config = json.loads(said)[0]["Config"]
    return {
        "Cmd": config["Cmd"],
        "Entrypoint": config["Entrypoint"],
        "Env": config["Env"],
        "ExposedPorts": sorted(config.get("ExposedPorts") or {}),
        "Healthcheck": (config.get("Healthcheck") or {}).get("Test"),
        "Labels": dict(sorted((config["Labels"] or {}).items())),
        "OnBuild": config["OnBuild"],
        "Shell": config.get("Shell"),
        "StopSignal": config.get("StopSignal"),
        "User": config["User"],
        "Volumes": sorted(config["Volumes"] or {}),
        "WorkingDir": config["WorkingDir"],
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_configuration_is_that_of_the_image(file: Path) -> None:
    final = Model(parse(file.read_bytes())).stages[-1]
    assert image_config(final.config) == json.loads(file.with_suffix(".json").read_text())


@pytest.mark.engine
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_engine_still_says_so(file: Path) -> None:
    assert built_config(file, f"dfopt-test-config-{file.stem}") == json.loads(file.with_suffix(".json").read_text())


def test_what_an_external_base_decides_is_none() -> None:
    config = Model(parse("FROM debian\nENV PATH=/opt/bin:$PATH\nWORKDIR app\n")).stages[0].config
    assert (config.user, config.shell, config.cmd, config.runs_as_root) == (None, None, None, None)
    assert config.env == {"PATH": "/opt/bin:$PATH"}
    assert config.workdir == "app"


def test_an_argument_without_a_value_stays_to_be_seen() -> None:
    config = Model(parse("FROM debian\nARG TAG\nENV A=x-$TAG B=${TAG:-latest}\n")).stages[0].config
    assert config.args == {"TAG": None}
    assert config.env == {"A": "x-$TAG", "B": "latest"}


def test_build_arguments_replace_defaults() -> None:
    source = "ARG BASE=debian\nFROM $BASE\nARG X=1\nENV X=$X\n"
    stage = Model(parse(source), build_args={"BASE": "alpine", "X": "2"}).stages[0]
    assert stage.base == "alpine"
    assert stage.config.env == {"X": "2"}


def test_configuration_is_that_in_front_of_an_instruction() -> None:
    model = Model(parse("FROM scratch\nUSER app\nENV A=1\nUSER root\n"))
    before = [model.config_at(instruction).user for instruction in model.tree.instructions[1:]]
    assert before == [None, "app", "app"]


@pytest.mark.parametrize(
    ("user", "is_root"),
    [("root", True), ("0", True), ("0:0", True), ("app", False), ("1000:0", False), ("$WHO", None)],
)
def test_root_is_known_by_name_and_number(user: str, is_root: bool | None) -> None:
    assert Model(parse(f"FROM debian\nUSER {user}\n")).stages[0].config.runs_as_root is is_root
