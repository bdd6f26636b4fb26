"""`dfopt layers` as a program: sources, formats, budgets, exit status, errors."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import dfopt

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures" / "layers"
SCHEMA = Path(dfopt.__file__).parent / "layers" / "schema" / "layers-1.json"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with the article's fleet and one with near misses."""
    shutil.copytree(FIXTURES / "article", tmp_path / "article")
    shutil.copytree(FIXTURES / "near-misses", tmp_path / "near-misses")
    return tmp_path


@pytest.fixture
def run(work: Path) -> Run:
    """Runs dfopt in that folder."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100"}

    def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from dfopt.cli.main import main; main()", "layers", *map(str, arguments)]
        done = subprocess.run(command, cwd=work, env=environment, input=stdin, capture_output=True, check=False)
        return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def document(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
    return found


def stored(found: dict[str, object]) -> int:
    return found["summary"]["stored_bytes"]  # type: ignore[index,no-any-return]


def names(found: dict[str, object]) -> list[str]:
    return [image["name"] for image in found["images"]]  # type: ignore[attr-defined]


def test_the_tree_is_for_people(run: Run) -> None:
    done = run("article")
    assert done.returncode == 0
    assert "sharing saves" in done.stdout
    assert "shop/db:1" in done.stdout
    assert "/var/lib/apt/lists, deleted, in shop/db:1 (article/db/Dockerfile:3)" in done.stdout


def test_json_is_for_programs(run: Run) -> None:
    assert names(document(run("--format", "json", "article"))) == ["shop-next", "shop/base", "shop/db:1", "shop/web:1"]


def test_definitions_can_be_named_and_then_need_no_search(run: Run) -> None:
    found = document(run("--format", "json", "article/docker-bake.hcl"))
    assert names(found) == ["shop/base", "shop/db:1", "shop/next:1", "shop/web:1"]


def test_dockerfiles_can_stand_in_definitions(run: Run, work: Path) -> None:
    (work / "inline").mkdir()
    shutil.copy(FIXTURES / "definitions" / "inline.yaml", work / "inline" / "compose.yaml")
    found = document(run("--format", "json", "inline"))
    assert names(found) == ["shop/base", "shop/cron", "shop/web"]
    places = [layer["place"] for layer in found["layers"]]  # type: ignore[attr-defined]
    assert {"path": "inline/compose.yaml#web", "line": 2} in places
    assert "# By hand: let inline/compose.yaml#cron stand on" in run("--propose-base", "inline").stdout


def test_tags_and_build_arguments_connect_files(run: Run, work: Path) -> None:
    (work / "article" / "compose.yaml").unlink()
    (work / "article" / "docker-bake.hcl").unlink()
    apart = document(run("--format", "json", "article/base", "article/db"))
    arguments = ("--build-arg", "BASE=own", "--tag", "own=article/base", "--tag", "db=article/db/Dockerfile")
    together = document(run("--format", "json", *arguments, "article/base", "article/db"))
    assert names(together) == ["db", "own"]
    assert len(together["tree"]) < len(apart["tree"])  # type: ignore[arg-type]


def test_standard_input_is_a_dockerfile(run: Run) -> None:
    assert names(document(run("--format", "json", "-", stdin=b"FROM debian:12\nCOPY a b\n"))) == ["-"]


def test_pictures_are_written_to_a_file(run: Run, work: Path) -> None:
    for format_, start in (("svg", "<svg"), ("html", "<!doctype html>")):
        done = run("--format", format_, "--output", "picture", "article")
        assert (done.returncode, done.stdout) == (0, "")
        assert start in (work / "picture").read_text()[:200].lower()


def test_common_bases_are_a_patch_that_saves_what_it_says(run: Run, work: Path) -> None:
    for path, ending in (("api", b"\r\n"), ("front", b"\n")):
        file = work / "near-misses" / path / "Dockerfile"
        file.write_bytes(file.read_bytes().replace(b"\n", ending).rstrip())
    before = {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    report = document(run("--format", "json", "near-misses"))
    done = run("--propose-base", "near-misses")
    assert done.returncode == 0
    assert {path: path.read_bytes() for path in work.rglob("*") if path.is_file()} == before
    subprocess.run(["git", "apply"], cwd=work, input=done.stdout.encode(), check=True)
    changed = {path: data for path, data in before.items() if path.read_bytes() != data}
    assert {path.parent.name for path in changed} == {"api", "cron", "worker", "admin", "front"}
    for path, data in changed.items():
        assert re.sub(rb"debian-bookworm-base(-2)?", b"debian:bookworm", path.read_bytes()) == data
    bases = [f"{path.stem}={path.name}" for path in work.glob("*-base*.Dockerfile")]
    tags = [word for base in bases for word in ("--tag", base)]
    after = document(run("--format", "json", *tags, "near-misses"))
    saved = [each["bytes"] for each in report["proposals"] if each["kind"] == "base"]  # type: ignore[attr-defined]
    assert len(bases) == len(saved) == 2
    assert stored(report) - stored(after) == sum(saved)


def test_a_baseline_and_budgets_decide_the_exit_status(run: Run, work: Path) -> None:
    assert run("--format", "json", "--output", "layers.json", "near-misses").returncode == 0
    same = run("--baseline", "layers.json", "--max-growth", "0", "--max-waste", "2%", "near-misses")
    assert same.returncode == 0
    dockerfile = work / "near-misses" / "api" / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text().replace(" && rm -rf /var/lib/apt/lists/*", ""))
    grown = run("--format", "markdown", "--baseline", "layers.json", "--max-growth", "5MB", "near-misses")
    assert grown.returncode == 1
    assert "**Over budget:**" in grown.stdout
    assert "| near-misses/api/Dockerfile | 181 MB | 201 MB | +19.9 MB | none |" in grown.stdout
    assert run("--baseline", "layers.json", "--max-growth", "50MB", "near-misses").returncode == 0
    told = run("--format", "json", "--max-waste", "1%", "article")
    assert told.returncode == 1
    assert "over budget: shop/db:1 has 19.9 MB (" in told.stderr


def test_the_fleet_is_kept_in_a_database(run: Run, work: Path) -> None:
    one = document(run("--database", "fleet.sqlite", "--format", "json", "article"))
    other = document(run("--format", "json", "article"))
    assert one["summary"] == other["summary"]
    with sqlite3.connect(work / "fleet.sqlite") as connection:
        stored = [name for (name,) in connection.execute("SELECT name FROM images ORDER BY name")]
    connection.close()
    assert stored == names(other)


def test_one_bad_file_stops_nothing_but_is_told(run: Run, work: Path) -> None:
    (work / "article" / "empty.Dockerfile").write_text("# nothing\n")
    done = run("--format", "json", "article")
    assert done.returncode == 2
    assert len(json.loads(done.stdout)["images"]) == 4
    assert "article/empty.Dockerfile: has no FROM" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "name PATHS"),
        (["nothing"], "does not exist"),
        (["--repository", "shop", "article"], "--repository needs a --registry"),
        (["--max-growth", "5MB", "article"], "--max-growth needs a --baseline"),
        (["--max-waste", "some", "article"], "is no amount"),
        (["--max-waste", "2%", "--registry", "registry.example"], "manifests tell of no waste"),
        (["--propose-base", "--format", "json", "article"], "takes no --format"),
        (["--tag", "name", "article"], "not of the form NAME=VALUE"),
        (["--baseline", "none.json", "article"], "none.json: can't be read"),
        (["--output", "none/report", "article"], "none/report: can't be written"),
        (["--database", "article/compose.yaml", "article"], "article/compose.yaml"),
    ],
)
def test_wrong_use_is_told(run: Run, arguments: list[str], reason: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_many_files_are_read_by_several_processes(run: Run, work: Path) -> None:
    for number in range(100):
        (work / f"{number}.Dockerfile").write_text(f"FROM debian:12\nRUN apt-get update\nENV N={number}\nRUN true\n")
    one, two = (document(run("--format", "json", "--jobs", jobs, ".")) for jobs in ("1", "2"))
    assert one == two
