import sqlite3
import subprocess
from fnmatch import fnmatchcase

import pytest

from dfopt.knowledge.data_files import data_path
from dfopt.knowledge.packages import has_lines, lookup, version_line


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str, str, str]]:
    with sqlite3.connect(data_path("apt-lines.sqlite")) as database:
        return list(database.execute("SELECT family, release, name, line FROM lines"))


def test_lines_name_the_version_that_a_release_stays_with() -> None:
    assert version_line("debian", "12", "curl") == "7.88.*"
    assert version_line("debian", "12", "git") == "1:2.39.*"
    assert version_line("debian", "12", "less") == "590-*"
    assert version_line("debian", "12", "mail-transport-agent") is None


@pytest.mark.parametrize("package", ["ca-certificates", "tzdata", "chromium", "firefox-esr"])
def test_what_changes_in_a_release_has_no_line_before_its_end(package: str) -> None:
    assert lookup("bookworm", package)
    assert version_line("debian", "12", package) is None


def test_all_has_a_line_at_the_end_of_a_release() -> None:
    assert version_line("ubuntu", "16.04", "ca-certificates") == "20210119*"


def test_unknown_releases_have_no_lines() -> None:
    assert has_lines("ubuntu", "16.04")
    assert not has_lines("ubuntu", "9.04")
    assert not has_lines("alpine", "3.20")


def test_every_line_is_a_pattern_that_can_be_put_behind_a_name(rows: list[tuple[str, str, str, str]]) -> None:
    assert len(rows) > 50_000
    for family, release, name, line in rows:
        assert line.endswith("*"), (family, release, name)
        assert line[:-1].strip(" '\"*?[]$`\\"), (family, release, name)
        assert line.isascii()
        assert line.isprintable()
        assert " " not in line


def test_apt_finds_versions_by_its_lines(rows: list[tuple[str, str, str, str]]) -> None:
    """Against what this machine's apt, of a release in the catalogue, has of packages."""
    family, _, name = _output("sh", "-c", ". /etc/os-release; echo $ID $VERSION_ID").strip().partition(" ")
    lines = {package: line for its, of, package, line in rows if (its, of) == (family, name)}
    checked = [package for package in ("bash", "coreutils", "grep", "sed", "tar", "util-linux") if package in lines]
    if not checked:
        pytest.skip(f"no lines for {family} {name}")
    installed = dict(line.split() for line in _output("dpkg-query", "-W", "-f", "${Package} ${Version}\n").splitlines())
    assert all(fnmatchcase(installed[package], lines[package]) for package in checked)


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
