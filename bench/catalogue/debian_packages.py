"""Write ``dfopt/knowledge/data/debian.sqlite``: sizes and dependencies of packages that Dockerfiles install.

    python bench/catalogue/debian_packages.py [--mirror URL] [--suite NAME]... FOLDER...

The indexes of main for amd64 come through apt's own downloader from MIRROR, which is the first one that this
machine's /etc/apt names unless given. The FOLDERs hold Dockerfiles; every package name that one of them installs
with apt goes in, with all it depends on or recommends, and so do the sections whose packages people install by
name.
"""

import argparse
import datetime
import lzma
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from install_words import install_words

TARGET = Path(__file__).parents[2] / "dfopt/knowledge/data/debian.sqlite"
SUITES = ("bullseye", "bookworm", "trixie")
SECTIONS = {"admin", "database", "httpd", "net", "utils", "vcs", "web"}
SCHEMA = """
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
    CREATE TABLE packages (
        suite TEXT, name TEXT, installed INTEGER, download INTEGER, section TEXT, priority TEXT, essential INTEGER,
        depends TEXT, recommends TEXT, provides TEXT, PRIMARY KEY (suite, name)
    ) WITHOUT ROWID;
    CREATE TABLE provides (suite TEXT, name TEXT, package TEXT, PRIMARY KEY (suite, name, package)) WITHOUT ROWID;
"""

Stanza = Mapping[str, str]


def main() -> None:
    arguments = _arguments()
    names = {word for folder in arguments.folders for word in install_words(folder)}
    with new_database(TARGET, SCHEMA) as database:
        for suite in arguments.suite or SUITES:
            stanzas = read_index(arguments.mirror, suite)
            chosen = _closed({name: stanzas[name] for name in _wanted(stanzas, names)}, stanzas)
            _write(database, suite, chosen)
            print(f"{suite}: {len(chosen)} of {len(stanzas)} packages")
        about = {
            "source": "Debian's package indexes, main, amd64",
            "suites": " ".join(arguments.suite or SUITES),
            "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        }
        database.executemany("INSERT INTO about VALUES (?, ?)", about.items())


@contextmanager
def new_database(path: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """A database in the place of the one that is there, packed when it is filled; its size is printed."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        with database:
            database.executescript(schema)
            yield database
        database.execute("VACUUM")
    print(f"{path.stat().st_size} bytes")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", default=None)
    parser.add_argument("--suite", action="append")
    parser.add_argument("folders", nargs="+", type=Path)
    arguments = parser.parse_args()
    arguments.mirror = arguments.mirror or configured_mirror()
    return arguments


def configured_mirror() -> str:
    """The first Debian mirror in /etc/apt."""
    lists = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.*"))]
    text = "\n".join(path.read_text() for path in lists if path.is_file())
    for url in re.findall(r"^(?:deb\s+(?:\[[^]]*\]\s+)?|URIs:\s*)(\S+)", text, re.MULTILINE):
        if url.rstrip("/").endswith("/debian"):
            return str(url)
    sys.exit("no Debian mirror in /etc/apt: give one with --mirror")


def read_index(mirror: str, suite: str, component: str = "main") -> dict[str, Stanza]:
    """Every package of a part of a suite: name to its fields."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "Packages.xz"
        url = f"{mirror}/dists/{suite}/{component}/binary-amd64/Packages.xz"
        subprocess.run(["/usr/lib/apt/apt-helper", "download-file", url, str(target)], check=True, capture_output=True)
        text = lzma.decompress(target.read_bytes()).decode()
    fields = re.compile(r"^([\w-]+): (.*)$", re.MULTILINE)
    stanzas = (dict(fields.findall(stanza)) for stanza in text.split("\n\n") if stanza)
    return {stanza["Package"]: stanza for stanza in stanzas}


def _wanted(stanzas: Mapping[str, Stanza], names: Iterable[str]) -> Iterator[str]:
    """The named packages, what provides a named virtual one, and the sections that people install from."""
    names = set(names)
    for name, stanza in stanzas.items():
        is_base = stanza.get("Essential") == "yes" or stanza["Priority"] in {"required", "important", "standard"}
        if is_base or name in names or names & set(_provided(stanza)) or stanza["Section"] in SECTIONS:
            yield name


def _closed(chosen: dict[str, Stanza], stanzas: Mapping[str, Stanza]) -> dict[str, Stanza]:
    """The chosen packages with everything they pull in: of alternatives and of providers the first."""
    providers: dict[str, list[str]] = {}
    for name, stanza in stanzas.items():
        for virtual in _provided(stanza):
            providers.setdefault(virtual, []).append(name)
    waiting = list(chosen)
    while waiting:
        stanza = chosen[waiting.pop()]
        for group in (*dependency_groups(stanza, "Pre-Depends", "Depends"), *dependency_groups(stanza, "Recommends")):
            if any(name in chosen for name in group):
                continue
            first = next((name for name in group if name in stanzas or name in providers), None)
            for name in [first] if first in stanzas else providers.get(first or "", ())[:1]:
                if name not in chosen:
                    chosen[name] = stanzas[name]
                    waiting.append(name)
    return chosen


def dependency_groups(stanza: Stanza, *fields: str) -> Iterator[tuple[str, ...]]:
    """Each dependency as its alternatives, without versions and architectures."""
    for field in fields:
        for group in filter(None, stanza.get(field, "").split(", ")):
            yield tuple(re.split(r"[ :(]", name.strip())[0] for name in group.split("|"))


def _provided(stanza: Stanza) -> list[str]:
    return [name.split(" ")[0] for name in stanza.get("Provides", "").split(", ") if name]


def _write(database: sqlite3.Connection, suite: str, chosen: Mapping[str, Stanza]) -> None:
    for name, stanza in sorted(chosen.items()):
        row = (
            suite,
            name,
            int(stanza.get("Installed-Size", "0")) * 1024,
            int(stanza["Size"]),
            stanza["Section"],
            stanza["Priority"],
            stanza.get("Essential") == "yes",
            _text(dependency_groups(stanza, "Pre-Depends", "Depends")),
            _text(dependency_groups(stanza, "Recommends")),
            " ".join(dict.fromkeys(_provided(stanza))),
        )
        database.execute("INSERT INTO packages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        for virtual in set(_provided(stanza)):
            database.execute("INSERT INTO provides VALUES (?, ?, ?)", (suite, virtual, name))


def _text(groups: Iterable[tuple[str, ...]]) -> str:
    """Dependencies as the reader takes them: groups apart by blanks, alternatives by bars."""
    return " ".join(dict.fromkeys("|".join(dict.fromkeys(group)) for group in groups))


if __name__ == "__main__":
    main()
