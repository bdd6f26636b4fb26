"""`dfopt fix` as people run it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures" / "fix" / "command"
BEFORE = (FIXTURES / "before.Dockerfile").read_bytes()
AFTER = (FIXTURES / "after.Dockerfile").read_bytes()

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Dockerfile"
    path.write_bytes(BEFORE)
    return path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command in the folder of the file, with the one rule that these files are about."""

    def dfopt_fix(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [
            sys.executable,
            "-c",
            "from dfopt.cli.main import main; main()",
            "fix",
            "--select",
            "add-instead-of-copy",
        ]
        return subprocess.run(
            [*command, *map(str, arguments)], cwd=tmp_path, input=stdin, capture_output=True, check=False
        )

    return dfopt_fix


def test_fixes_in_place(file: Path, run: Run) -> None:
    done = run("Dockerfile")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"Dockerfile: 1 fix\n1 finding fixed in 1 file, 0 left\n"
    assert file.read_bytes() == AFTER


def test_second_run_writes_nothing(file: Path, run: Run) -> None:
    run("Dockerfile")
    before = file.stat()
    assert run("Dockerfile").stdout == b"0 findings fixed in 0 files, 0 left\n"
    assert file.stat().st_mtime_ns == before.st_mtime_ns


def test_diff_writes_nothing_and_can_be_applied(file: Path, run: Run) -> None:
    done = run("--diff", "Dockerfile")
    assert done.returncode == 1
    assert file.read_bytes() == BEFORE
    subprocess.run(["git", "apply", "-"], cwd=file.parent, input=done.stdout, check=True)
    assert file.read_bytes() == AFTER


@pytest.mark.parametrize("name", [(), ("--stdin-filename", "Dockerfile")])
def test_filter_writes_standard_output_only(file: Path, run: Run, name: tuple[str, ...]) -> None:
    done = run("-", *name, stdin=BEFORE)
    assert (done.returncode, done.stdout) == (0, AFTER)
    assert file.read_bytes() == BEFORE


@pytest.mark.parametrize("data", [b"", b"FROM debian:12-slim", b"\xef\xbb\xbfFROM scratch\r\n# \xff\rx\r\n"])
def test_filter_hands_back_every_byte(run: Run, data: bytes) -> None:
    assert run("-", stdin=data).stdout == data


def test_findings_left_make_the_exit_status(file: Path, run: Run) -> None:
    file.write_bytes(BEFORE + b"HEALTHCHECK --unknown=1 CMD true\n")
    everything = ("--select", "add-instead-of-copy,unknown-flag", "Dockerfile")
    assert run(*everything).returncode == 1
    assert run("--exit-zero", *everything).returncode == 0
    assert run("--fail-level", "error", *everything).returncode == 0


def test_one_bad_file_stops_no_other(file: Path, run: Run) -> None:
    file.with_name("Dockerfile.bad").write_bytes(b"\0")
    done = run(".", "missing")
    assert done.returncode == 2
    assert b"Dockerfile.bad: is no text" in done.stderr
    assert b"missing: does not exist" in done.stderr
    assert file.read_bytes() == AFTER


def test_many_files_on_several_processes(file: Path, run: Run) -> None:
    for number in range(100):
        shutil.copy(file, file.with_name(f"Dockerfile.{number:03}"))
    done = run("--jobs", 2, ".")
    assert done.stdout.endswith(b"101 findings fixed in 101 files, 0 left\n")
    assert {path.read_bytes() for path in file.parent.iterdir()} == {AFTER}


def test_statistics_say_what_was_fixed(file: Path, run: Run) -> None:
    assert b"\nadd-instead-of-copy: 1 fixed, 0 refused\n" in run("--statistics", "Dockerfile").stdout


@pytest.mark.parametrize(("answer", "expected"), [(b"y\n", AFTER), (b"n\n", BEFORE), (b"a\n", AFTER), (b"q\n", BEFORE)])
def test_interactive_asks(file: Path, run: Run, answer: bytes, expected: bytes) -> None:
    done = run("--interactive", "Dockerfile", stdin=answer)
    assert b"-ADD app.conf /etc/app/\n+COPY app.conf /etc/app/\n" in done.stderr
    assert done.stderr.count(b"Apply this fix?") == 1
    assert file.read_bytes() == expected


def test_nobody_can_be_asked_about_standard_input(run: Run) -> None:
    done = run("--interactive", "-", stdin=BEFORE)
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write read-only files")
def test_read_only_file_is_an_error(file: Path, run: Run) -> None:
    file.chmod(0o444)
    done = run("Dockerfile")
    assert done.returncode == 2
    assert b"read-only" in done.stderr


def test_link_stays_a_link(file: Path, run: Run) -> None:
    link = file.with_name("Containerfile")
    link.symlink_to("Dockerfile")
    run("Containerfile")
    assert link.is_symlink()
    assert file.read_bytes() == AFTER
