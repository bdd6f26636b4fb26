"""Compose and bake files."""

import pytest

from dfopt.layers.definitions import is_definition, read_definition
from dfopt.layers.definitions.definition import Definition
from tests.layers.fleets import FIXTURES

FOLDER = FIXTURES / "definitions"


def read(name: str) -> Definition:
    return read_definition(str(FOLDER / name))


def problems(definition: Definition) -> list[str]:
    return [problem.message for problem in definition.problems]


@pytest.mark.parametrize(
    "name", ["compose.yaml", "docker-compose.yml", "compose.prod.yaml", "docker-bake.hcl", "docker-bake.override.json"]
)
def test_definitions_are_known_by_their_names(name: str) -> None:
    assert is_definition(name)


@pytest.mark.parametrize("name", ["Dockerfile", "docker-compose", "decompose.yml", "bake.hcl", "docker-bake.yaml"])
def test_other_files_are_not(name: str) -> None:
    assert not is_definition(name)


def test_compose_services_are_builds() -> None:
    found = read("overlay/compose.yml")
    folder = FOLDER / "overlay"
    short, long, based, inline = found.builds
    assert short.names == ("overlay-short",)
    assert (short.context, short.dockerfile) == (str(folder / "app"), str(folder / "app" / "Dockerfile"))
    assert long.names == ("registry.example.com:5000/long:7", "long:extra", "price:$5")
    assert (long.dockerfile, long.target, long.platform) == (str(folder / "Containerfile"), "runtime", "linux/arm64")
    assert long.args == {"SUITE": "trixie", "DEBUG": "false"}
    assert based.contexts == {"base": long.names[0], "tools": "debian:12", "files": str(folder / "files")}
    assert [message.partition(":")[0] for message in problems(found)] == ["overlay-remote"]
    assert inline.dockerfile == f"{folder / 'compose.yml'}#inline"
    assert inline.inline == "FROM debian:7\nENV KEPT=$HOME\n"


def test_bake_targets_are_builds() -> None:
    found = read("odd/docker-bake.hcl")
    folder = FOLDER / "odd"
    assert [build.names for build in found.builds] == [
        ("each:bookworm-${literal}",),
        ("each:trixie-${literal}",),
        ("inline",),
    ]
    assert [build.args for build in found.builds] == [
        {"SUITE": "bookworm", "JOBS": "2"},
        {"SUITE": "trixie", "JOBS": "2"},
        {},
    ]
    *each, inline = found.builds
    assert {build.dockerfile for build in each} == {str(folder / "app" / "Dockerfile")}
    assert inline.inline == 'FROM debian:12\nRUN echo "${HOME} \\n" \\\n  && true\n'


def test_what_bake_would_have_to_work_out_is_told() -> None:
    told = {message.partition(":")[0] for message in problems(read("odd/docker-bake.hcl"))}
    assert told == {f"target {name}" for name in ("matrix", "untold", "called", "chosen", "lost", "unknown-inline")}


def test_bake_files_can_be_json() -> None:
    found = read("odd/docker-bake.json")
    web, db, job = found.builds
    assert (web.names, web.args) == (("web:7",), {"A": "7-7"})
    assert (db.names, db.contexts) == (("db",), {"base": "web:7"})
    assert db.dockerfile == str(FOLDER / "odd" / "web" / "db.Dockerfile")
    assert (job.context, job.inline) == (str(FOLDER / "odd" / "web"), "FROM debian:7\n")
    assert not found.problems


@pytest.mark.parametrize("name", ["odd/docker-bake.broken.hcl", "odd/compose.broken.yaml", "odd/compose.missing.yaml"])
def test_what_can_not_be_read_is_told(name: str) -> None:
    found = read(name)
    assert not found.builds
    assert len(found.problems) == 1
