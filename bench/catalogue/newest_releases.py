"""Write ``dfopt/knowledge/data/newest-pypi.txt`` and ``newest-npm.txt``: the newest releases of what many install.

    python bench/catalogue/newest_releases.py DATE PYPI_TABLE NPM_TABLE FOLDER_OF_DOCKERFILES...

The tables have a line for each project, of fields that tabs separate, and were made on DATE: of PyPI its name, its
newest release, the month of that, and its rank among the most downloaded ones, if it has one; of npm its name, its
newest release, how often it is downloaded in a month, and a summary.

Into the catalogue go the projects of PyPI that have a rank, the packages of npm that are downloaded most (those with a
scope, mostly libraries, where name or summary tells of the command line), and all that the Dockerfiles install.
Releases before a final one are left out. What the catalogue of tools knows (``tool_releases.py``) is taken from there;
a project of the Dockerfiles without a release in the table is asked of pip.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from dfopt.knowledge.data_files import data_path, read_json
from dfopt.knowledge.tool_releases import normalized
from dfopt.model.model import Model
from dfopt.syntax.parser import parse

NPM_PACKAGES = 15_000
OF_THE_COMMAND_LINE = re.compile(r"\b(?:cli|command[- ]line)\b", re.IGNORECASE)
NAME = re.compile(r"(?:@[\w.-]+/)?[\w.-]+", re.ASCII)
FINAL_ON_PYPI = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:\.post[0-9]+)?")
FINAL_ON_NPM = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")

Row = list[str]


def main() -> None:
    date, pypi, npm, *folders = sys.argv[1:]
    installed = list(installed_by(folders))
    of_pypi = newest_of_pypi(list(rows_of(pypi)), {normalized(name) for manager, name in installed if manager == "pip"})
    of_npm = newest_of_npm(list(rows_of(npm)), {name for manager, name in installed if manager == "npm"})
    write("newest-pypi.txt", f"# pypi.org, {date}", of_pypi)
    write("newest-npm.txt", f"# registry.npmjs.org, {date}", of_npm)


def rows_of(table: str) -> Iterator[Row]:
    with Path(table).open(encoding="utf-8") as lines:
        for line in islice(lines, 1, None):
            yield [*line.rstrip("\n").split("\t"), "", "", ""][:4]


def installed_by(folders: list[str]) -> Iterator[tuple[str, str]]:
    """The managers and names by which the Dockerfiles of folders install packages with pip and npm."""
    for path in (each for folder in folders for each in sorted(Path(folder).rglob("*")) if each.is_file()):
        for stage in Model(parse(path.read_bytes())).stages:
            for command in stage.package_commands:
                if command.is_install and command.manager in ("pip", "npm"):
                    yield from ((command.manager, each.name) for each in command.packages if NAME.fullmatch(each.name))


def newest_of_pypi(table: list[Row], installed: set[str]) -> dict[str, str]:
    known = {normalized(name): (version, rank) for name, version, _, rank in table}
    found = {name: version for name, (version, rank) in known.items() if rank or name in installed}
    found |= {name: asked_of_pip(name) for name in installed & known.keys() if not found[name]}
    tools = {name: list(releases.values())[-1] for name, releases in read_json("tool-releases.json")["pypi"].items()}
    return {name: version for name, version in (found | tools).items() if FINAL_ON_PYPI.fullmatch(version)}


def newest_of_npm(table: list[Row], installed: set[str]) -> dict[str, str]:
    counted = [row for row in table if row[2].isdigit()]
    plain = sorted([row for row in counted if row[0][0] != "@"], key=lambda row: -int(row[2]))
    scoped = [row for row in counted if row[0][0] == "@" and OF_THE_COMMAND_LINE.search(f"{row[0]} {row[3]}")]
    rows = [*plain[:NPM_PACKAGES], *scoped, *(row for row in table if row[0] in installed)]
    found = {name: version for name, version, *_ in rows}
    found |= {name: releases["latest"] for name, releases in read_json("tool-releases.json")["npm"].items()}
    return {name: version for name, version in found.items() if FINAL_ON_NPM.fullmatch(version)}


def asked_of_pip(name: str) -> str:
    asked = [sys.executable, "-m", "pip", "index", "versions", name]
    answer = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
    return answer.partition("(")[2].partition(")")[0]


def write(name: str, heading: str, found: dict[str, str]) -> None:
    lines = [heading, *(f"{project} {release}" for project, release in sorted(found.items()))]
    data_path(name).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
