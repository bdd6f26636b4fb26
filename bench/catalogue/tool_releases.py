"""Write ``dfopt/knowledge/data/tool-releases.json``: what pip and npm install of common tools without a version.

    python bench/catalogue/tool_releases.py

It asks pip, uv and npm, which must be on PATH, for the few tools named here, of the registries that they are configured
with. An interpreter is named by its line, `3.9`, which stands for the newest release of that line; where the line's
first release, `3.9.0`, gets something else, it has an entry of its own.

Releases of one interpreter can be installed together: uv resolves them all at once, and stops this script if it can't.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "dfopt/knowledge/data/tool-releases.json"
OF_PYTHON = "awscli gunicorn numpy pip requests setuptools supervisor uwsgi virtualenv wheel"
OF_NODE = "bower grunt grunt-cli gulp http-server npm pm2 yarn"
PYTHONS = "2.7 3.5 3.6 3.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14"
NODES = range(4, 27)
LATE_NPM_10 = ("18", "20")
"""The lines of Node.js that began with an older npm than 10, the first that passes over what does not admit Node.js."""

ADMITTED = """
const { satisfies } = require("semver");
const [ranges, nodes] = JSON.parse(require("fs").readFileSync(0, "utf-8"));
console.log(JSON.stringify(ranges.map(range => nodes.filter(node => satisfies(node, range)))));
"""

Releases = dict[str, str]


def main() -> None:
    of_python = {name: by_line(PYTHONS.split(), pip_releases(name)) for name in OF_PYTHON.split()}
    for python in PYTHONS.split():
        resolve_together(python, [f"{name}=={found[python]}" for name, found in of_python.items() if python in found])
    of_node = {name: by_line(map(str, NODES), npm_releases(name)) for name in OF_NODE.split()}
    document = {
        "source": "pypi.org and registry.npmjs.org",
        "date": datetime.now(UTC).date().isoformat(),
        "pypi": of_python,
        "npm": of_node,
    }
    DATA.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def by_line(lines: Iterable[str], releases: Releases) -> Releases:
    """The releases for the newest interpreter of each line, and for its first one where that gets another or none."""
    found = {"latest": releases["latest"]} if "latest" in releases else {}
    for line in lines:
        newest, first = releases.get(newest_of(line)), releases.get(first_of(line))
        if newest:
            found[line] = newest
            if first != newest:
                found[f"{line}.0"] = first or ""
    return found


def newest_of(line: str) -> str:
    return f"{line}.99" if "." in line else f"{line}.99.0"


def first_of(line: str) -> str:
    return f"{line}.0" if "." in line else f"{line}.0.0"


def interpreters(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from (first_of(line), newest_of(line))


def pip_releases(name: str) -> Releases:
    """What pip chooses for each Python that some release admits."""
    found = {}
    for python in interpreters(PYTHONS.split()):
        asked = [sys.executable, "-m", "pip", "index", "versions", name, "--python-version", python]
        answer = subprocess.run(asked, check=False, capture_output=True, text=True)
        if answer.returncode == 0:
            found[python] = answer.stdout.partition("(")[2].partition(")")[0]
    return found


def resolve_together(python: str, pins: list[str]) -> None:
    target = ["--python", sys.executable, "--python-version", newest_of(python)]
    command = ["uv", "pip", "compile", "--quiet", *target, "-"]
    subprocess.run(command, input="\n".join(pins), stdout=subprocess.DEVNULL, check=True, text=True)


def npm_releases(name: str) -> Releases:
    """What npm installs on each Node.js that is admitted then, and what is tagged latest."""
    latest = asked_of_npm("view", name, "dist-tags.latest")
    fields = ("name", "version", "engines", "deprecated")
    versions = {each["version"]: each for each in asked_of_npm("view", f"{name}@>=0", *fields)}
    nodes = list(interpreters(map(str, NODES)))
    admitted = dict(zip(versions, admitted_by(list(versions.values()), nodes), strict=True))
    found = {"latest": latest}
    for node in nodes:
        if node in admitted[latest]:
            found[node] = latest
        elif passes_over(node):
            others = [each for each in versions if node in admitted[each] and "deprecated" not in versions[each]]
            found[node] = max(others, key=lambda version: [int(part) for part in version.split(".")])
    return found


def passes_over(node: str) -> bool:
    """Whether the npm of a Node.js chooses among the releases that admit it, instead of what is tagged latest."""
    line = node.partition(".")[0]
    return int(line) > 20 or (line in LATE_NPM_10 and node == newest_of(line))


def admitted_by(versions: list[dict[str, Any]], nodes: list[str]) -> list[list[str]]:
    """The versions of Node.js that each version of a package admits, by npm's own reading of `engines`."""
    engines = [each.get("engines") for each in versions]
    ranges = [each.get("node", "*") if isinstance(each, dict) else "*" for each in engines]
    path = subprocess.run(["npm", "root", "-g"], capture_output=True, check=True, text=True).stdout.strip()
    answer = subprocess.run(
        ["node", "-e", ADMITTED],
        input=json.dumps([ranges, nodes]),
        env=os.environ | {"NODE_PATH": f"{path}/npm/node_modules"},
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(answer.stdout)


def asked_of_npm(*arguments: str) -> Any:
    return json.loads(subprocess.run(["npm", *arguments, "--json"], capture_output=True, check=True, text=True).stdout)


if __name__ == "__main__":
    main()
