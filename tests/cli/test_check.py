"""`dfopt check` as a program: PATHS, exit status, errors, formats, the cache, processes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import dfopt
from dfopt.cli.files import SIZE_LIMIT
from dfopt.reports.formats import FORMATS

ROOT = Path(__file__).parents[2]
RULES = ROOT / "fixtures" / "rules"
BAD = RULES / "add-instead-of-copy" / "bad.Dockerfile"
GOOD = RULES / "no-instructions" / "good.Dockerfile"
SCHEMA = Path(dfopt.__file__).parent / "reports" / "schema" / "check-1.json"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs dfopt in an empty folder, with a cache of its own."""
    folder = tmp_path / "work"
    folder.mkdir()
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "NO_COLOR": "1"}

    def run(*arguments: str | Path, stdin: bytes = b"", **extra: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from dfopt.cli.main import main; main()", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=folder, env=environment | extra, input=stdin, capture_output=True, check=False
        )
        return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def work(tmp_path: Path, run: Run) -> Path:
    """The folder that `run` runs in."""
    return tmp_path / "work"


def put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def findings(done: subprocess.CompletedProcess[str]) -> dict[str, list[str]]:
    """The rules reported, by path."""
    return {file["path"]: [each["rule"] for each in file["diagnostics"]] for file in json.loads(done.stdout)["files"]}


def test_exit_status_says_whether_something_was_found(run: Run) -> None:
    assert run("check", GOOD).returncode == 0
    assert run("check", BAD).returncode == 1
    assert run("check", "--exit-zero", BAD).returncode == 0
    assert run("check", "--fail-level", "warning", BAD).returncode == 1
    assert run("check", "--select", "add-instead-of-copy", "--fail-level", "error", BAD).returncode == 0


@pytest.mark.parametrize("arguments", [[], ["--no-such-option", "."], ["--select", "no-such-rule", "."]], ids=str)
def test_wrong_usage_is_two(run: Run, arguments: list[str]) -> None:
    assert run("check", *arguments).returncode == 2


def test_folders_are_searched_by_name_and_gitignore(run: Run, work: Path) -> None:
    names = ("Dockerfile", "app/Containerfile", "app/web.Dockerfile", "app/Dockerfile.dev", "app/deep/dockerfile")
    others = ("app/Dockerfile.dockerignore", "app/Makefile", "build/Dockerfile", ".git/Dockerfile", "app/x/Dockerfile")
    for name in (*names, *others):
        put(BAD, work / name)
    (work / ".gitignore").write_text("build/\n", "utf-8")
    (work / "app" / ".gitignore").write_text("x\n", "utf-8")
    assert set(findings(run("check", "--format", "json", "."))) == set(names)
    assert set(findings(run("check", "--format", "json", "app"))) == {name for name in names if name.startswith("app")}


def test_a_named_file_is_always_taken(run: Run, work: Path) -> None:
    put(BAD, work / "build" / "Makefile")
    (work / ".gitignore").write_text("build/\n", "utf-8")
    assert set(findings(run("check", "--format", "json", "build/Makefile"))) == {"build/Makefile"}


def test_one_bad_file_never_stops_the_others(run: Run, work: Path) -> None:
    put(BAD, work / "last" / "Dockerfile")
    (work / "empty-folder").mkdir()
    (work / "nul").write_bytes(b"FROM scratch\0")
    (work / "utf16").write_bytes("FROM scratch\n".encode("utf-16"))
    (work / "huge").write_bytes(b"#" * (SIZE_LIMIT + 1))
    (work / "dangling").symlink_to("nowhere")
    bad = ["missing", "empty-folder", "nul", "utf16", "huge", "dangling"]
    done = run("check", "--format", "json", *bad, "last")
    assert done.returncode == 2
    assert set(findings(done)) == {"last/Dockerfile"}
    told = [line.split(": ")[1] for line in done.stderr.splitlines()]
    assert sorted(told) == sorted(bad)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_told(run: Run, work: Path) -> None:
    put(BAD, work / "Dockerfile")
    (work / "Dockerfile").chmod(0)
    done = run("check", "Dockerfile")
    assert done.returncode == 2
    assert "permission denied" in done.stderr


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\xfd\n", b"ONBUILD " * 20_000 + b"RUN true\n", b"FROM a\nRUN <<EOF\n", b"FROM " + b"a" * 250_000],
    ids=["empty", "not UTF-8", "nested", "unterminated", "long line"],
)
def test_any_text_is_checked(run: Run, work: Path, data: bytes) -> None:
    (work / "Dockerfile").write_bytes(data)
    for form in FORMATS:
        done = run("check", "--format", form, "Dockerfile")
        assert done.returncode in (0, 1), done.stderr


def test_json_keeps_the_contract(run: Run) -> None:
    document = json.loads(run("check", "--format", "json", "--select", "ALL", RULES).stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(document)
    for file in document["files"]:
        data = Path(file["path"]).read_bytes()
        for diagnostic in file["diagnostics"]:
            for place in diagnostic["range"].values():
                line = data[: place["offset"]].decode("utf-8", "surrogateescape").split("\n")
                assert (place["line"], place["column"]) == (len(line), len(line[-1]) + 1)


def test_edits_in_json_are_those_of_the_fix(run: Run) -> None:
    document = json.loads(run("check", "--format", "json", "--select", "add-instead-of-copy", BAD).stdout)
    data = BAD.read_bytes()
    edits = [edit for each in document["files"][0]["diagnostics"] for edit in each["fix"]["edits"]]
    for edit in sorted(edits, key=lambda edit: -edit["range"]["start"]["offset"]):
        start, end = edit["range"]["start"]["offset"], edit["range"]["end"]["offset"]
        data = data[:start] + edit["text"].encode() + data[end:]
    assert data == BAD.with_name("fixed.Dockerfile").read_bytes()


def test_standard_input_has_the_place_it_is_given(run: Run, work: Path) -> None:
    done = run("check", "--format", "json", "--stdin-filename", "app/Dockerfile", "-", stdin=BAD.read_bytes())
    assert findings(done)["app/Dockerfile"].count("add-instead-of-copy") == 3
    assert list(findings(run("check", "--format", "json", "-", stdin=BAD.read_bytes()))) == ["-"]


def test_text_shows_the_line_and_a_summary(run: Run) -> None:
    out = run("check", "--select", "add-instead-of-copy", BAD).stdout
    assert f"{BAD}:6:1: warning: ADD copies . as COPY would [add-instead-of-copy, DL3020]" in out
    assert "    6 | ADD --chown=www-data:www-data . /srv/app\n      | ^^^^" in out
    assert out.endswith("1 file, 3 findings (3 warning); 3 with a safe fix, 0 with an unsafe one\n")


def test_text_can_do_nothing_to_a_terminal(run: Run, work: Path) -> None:
    (work / "Dockerfile").write_bytes(b"FROM scratch\nADD a\x1b[31m\x07 /\n")
    out = run("check", "Dockerfile").stdout
    assert "ADD a" in out
    assert "\x1b" not in out
    assert "\x07" not in out


def test_output_fits_any_encoding(run: Run, work: Path) -> None:
    (work / "Dockerfile").write_text("FROM scratch\nADD ключ /\n", "utf-8")
    done = run("check", "Dockerfile", PYTHONIOENCODING="latin-1")
    assert done.returncode == 1
    assert "ADD copies ????" in done.stdout


def test_selection_on_the_command_line_wins_over_the_configuration(run: Run, work: Path) -> None:
    put(BAD, work / "Dockerfile")
    (work / "dfopt.toml").write_text('ignore = ["add-instead-of-copy"]\n', "utf-8")
    assert "add-instead-of-copy" not in findings(run("check", "--format", "json", "."))["Dockerfile"]
    (work / "dfopt.toml").write_text('select = ["security"]\n', "utf-8")
    done = run("check", "--format", "json", "--select", "DL3020", ".")
    assert set(findings(done)["Dockerfile"]) == {"add-instead-of-copy"}


def test_a_wrong_configuration_is_told_and_stops_only_its_files(run: Run, work: Path) -> None:
    put(BAD, work / "one" / "Dockerfile")
    put(BAD, work / "two" / "Dockerfile")
    (work / "one" / "dfopt.toml").write_text('ignores = ["DL3020"]\n', "utf-8")
    done = run("check", "--format", "json", ".")
    assert done.returncode == 2
    assert "the nearest key is 'ignore'" in done.stderr
    assert set(findings(done)) == {"two/Dockerfile"}


def test_the_cache_changes_nothing_but_the_time(run: Run, work: Path, tmp_path: Path) -> None:
    put(BAD, work / "Dockerfile")
    first, second = (run("check", "--format", "json", ".") for _ in range(2))
    assert (tmp_path / "cache" / "dfopt" / "results-1.sqlite").exists()
    assert first.stdout == second.stdout == run("check", "--no-cache", "--format", "json", ".").stdout
    put(GOOD, work / "Dockerfile")
    assert findings(run("check", "--format", "json", ".")) == {"Dockerfile": []}


def test_a_broken_cache_is_made_anew(run: Run, work: Path, tmp_path: Path) -> None:
    put(BAD, work / "Dockerfile")
    cache = tmp_path / "cache" / "dfopt" / "results-1.sqlite"
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"no database" * 1000)
    assert run("check", ".").returncode == 1
    assert cache.read_bytes().startswith(b"SQLite")


def test_no_cache_can_be_kept(run: Run, work: Path) -> None:
    put(BAD, work / "Dockerfile")
    assert run("check", ".", XDG_CACHE_HOME="/dev/null/none").returncode == 1


def test_processes_change_nothing_but_the_time(run: Run, work: Path) -> None:
    for number in range(120):
        put((BAD, GOOD)[number % 2], work / str(number) / "Dockerfile")
    one, three = (run("check", "--no-cache", "--format", "json", "--jobs", jobs, ".") for jobs in ("1", "3"))
    assert one.stdout == three.stdout
    assert len(findings(one)) == 120


def test_sarif_has_rules_places_and_fixes(run: Run) -> None:
    log = json.loads(run("check", "--format", "sarif", "--select", "add-instead-of-copy", BAD).stdout)
    (result, *_) = log["runs"][0]["results"]
    assert log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "add-instead-of-copy"
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 3,
        "startColumn": 1,
        "endLine": 5,
        "endColumn": 14,
    }
    assert result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": "COPY"}


def test_sarif_writes_paths_as_uris(run: Run, work: Path) -> None:
    put(BAD, work / "a b" / "ключ.Dockerfile")
    log = json.loads(run("check", "--format", "sarif", ".").stdout)
    assert log["runs"][0]["artifacts"] == [{"location": {"uri": "a%20b/%D0%BA%D0%BB%D1%8E%D1%87.Dockerfile"}}]


def test_github_gets_one_command_a_finding(run: Run) -> None:
    lines = run("check", "--format", "github", "--select", "add-instead-of-copy", BAD).stdout.splitlines()
    assert len(lines) == 3
    place = f"file={BAD},line=6,endLine=6,title=add-instead-of-copy,col=1,endColumn=41"
    assert lines[1].startswith(f"::warning {place}::ADD copies . as COPY would")
