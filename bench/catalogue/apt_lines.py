"""Write ``dfopt/knowledge/data/apt-lines.sqlite``: the versions that releases of Debian and Ubuntu stay with.

    python bench/catalogue/apt_lines.py [--debian URL] [--ubuntu URL] FOLDER...

A release keeps the versions it came out with and takes single repairs into them, so that ``nginx=1.18.*`` is there for
as long as the release is: that is a package's line. The indexes of amd64 come through apt's own downloader: those of
the release itself, of its updates and of its security archive. The FOLDERs hold Dockerfiles; every package name that
one of them installs with apt goes in, and so do the sections whose packages people install by name.

No line has, while the release still gets updates, what follows its author's releases there (browsers, virus scanners,
lists of time zones and authorities), and what was seen to move to another line.
"""

import argparse
import datetime
import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from functools import cmp_to_key
from pathlib import Path

from debian_packages import SECTIONS, configured_mirror, new_database, read_index
from install_words import install_words

KNOWLEDGE = Path(__file__).parents[2] / "dfopt/knowledge/data"
TARGET = KNOWLEDGE / "apt-lines.sqlite"
DEBIAN = {"11": "bullseye", "12": "bookworm", "13": "trixie"}
UBUNTU = {
    "16.04": "xenial",
    "18.04": "bionic",
    "20.04": "focal",
    "22.04": "jammy",
    "24.04": "noble",
    "26.04": "resolute",
}
COMPONENTS = ("main", "restricted", "universe", "multiverse")
SCHEMA = """
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
    CREATE TABLE lines (
        family TEXT, release TEXT, name TEXT, line TEXT, PRIMARY KEY (family, release, name)
    ) WITHOUT ROWID;
"""
LATE_UPDATES = datetime.timedelta(days=60)
"""How long after its end a release may still get what was on its way."""

_FOLLOWS_ITS_AUTHOR = re.compile(
    r"""(?:amd64-microcode|ca-certificates|chromium|clamav|cloud-|containerd|distro-info|docker|firefox|intel-microcode
    |libjavascriptcore|libnvidia|libwebkit|linux-|nvidia-|runc|snapd|thunderbird|tzdata|ubuntu-).*""",
    re.VERBOSE,
)
_DAY = re.compile(r"(?:19|20)[0-9]{2}")

Versions = dict[str, list[str]]
"""Package names to the versions that the parts of a release's archive have."""


def main() -> None:
    arguments = _arguments()
    names = {word for folder in arguments.folders for word in install_words(folder)}
    today = datetime.datetime.now(tz=datetime.UTC).date()
    with new_database(TARGET, SCHEMA) as database:
        for family, releases in (("debian", DEBIAN), ("ubuntu", UBUNTU)):
            for release, suite in releases.items():
                versions = read_versions(indexes(family, suite, getattr(arguments, family)), names)
                is_final = end_of(family, release) + LATE_UPDATES < today
                rows = [(family, release, name, line) for name, line in lines(versions, is_final=is_final)]
                database.executemany("INSERT INTO lines VALUES (?, ?, ?, ?)", sorted(rows))
                print(f"{suite}: {len(rows)} lines of {len(versions)} packages")
        about = {"source": "package indexes of Debian and Ubuntu, amd64", "date": today.isoformat()}
        database.executemany("INSERT INTO about VALUES (?, ?)", about.items())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--debian", default=None)
    parser.add_argument("--ubuntu", default="http://archive.ubuntu.com/ubuntu")
    parser.add_argument("folders", nargs="+", type=Path)
    arguments = parser.parse_args()
    arguments.debian = arguments.debian or configured_mirror()
    return arguments


def indexes(family: str, suite: str, mirror: str) -> Iterator[tuple[str, str, str]]:
    """Mirror, suite and component of each index that apt reads in an image of a release."""
    for pocket in ("", "-updates", "-security"):
        is_apart = family == "debian" and pocket == "-security"
        for component in COMPONENTS if family == "ubuntu" else COMPONENTS[:1]:
            yield f"{mirror}-security" if is_apart else mirror, f"{suite}{pocket}", component


def read_versions(places: Iterable[tuple[str, str, str]], names: set[str]) -> Versions:
    """The versions of the packages that are wanted."""
    found: Versions = {}
    for mirror, suite, component in places:
        for name, stanza in read_index(mirror, suite, component).items():
            section = stanza.get("Section", "").rpartition("/")[2]
            if name in names or section in SECTIONS:
                found.setdefault(name, []).append(stanza["Version"])
    return found


def end_of(family: str, release: str) -> datetime.date:
    """The day on which a release gets its last update that is free for all."""
    products = json.loads((KNOWLEDGE / "lifecycles.json").read_text())["products"]
    return datetime.date.fromisoformat(products[family][release])


def lines(versions: Versions, *, is_final: bool) -> Iterator[tuple[str, str]]:
    """Each package with its line; `is_final` says that no more updates come."""
    for name, found in versions.items():
        newest = max(found, key=cmp_to_key(_compare)) if len(set(found)) > 1 else found[0]
        line = line_of(newest)
        if is_final or not (follows_its_author(name, newest) or any(line_of(each) != line for each in found)):
            yield name, line


def follows_its_author(name: str, version: str) -> bool:
    """Whether a package gets new releases of its author in a release of the distribution."""
    return bool(_FOLLOWS_ITS_AUTHOR.fullmatch(name) or _DAY.match(version))


def line_of(version: str) -> str:
    """The pattern for the line of a version: ``7.88.*`` of 7.88.1-10, ``1:4.*`` of 1:4.2-1, ``590-*`` of 590-2."""
    start = version.find(":") + 1
    numbers = re.compile(r"[0-9]+\.[0-9]+\.|[0-9]+\.|[^-]+-|[0-9]+").match(version, start)
    return version[: numbers.end() if numbers else len(version)] + "*"


def _compare(first: str, second: str) -> int:
    """As dpkg orders them: below 0, 0 or above it."""
    if first == second:
        return 0
    return -1 if subprocess.run(["dpkg", "--compare-versions", first, "lt", second], check=False).returncode == 0 else 1


if __name__ == "__main__":
    main()
