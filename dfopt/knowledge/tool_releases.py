"""The releases that pip and npm install where no version is asked for, and the newest ones that there are."""

import re
from bisect import bisect_left

from dfopt.knowledge.data_files import read_json, read_lines

_SEPARATORS = re.compile(r"[-_.]+")
_DATA = "tool-releases.json"


def pip_release(name: str, python: str) -> str | None:
    """What pip installed of a tool at the date of the catalogue, for a Python such as `3.9` or `3.9.2`.

    `3.9` is the newest of its line. None where the tool or the Python is not in the catalogue, or where it does not say
    which release that very Python gets. Extras don't matter, nor does the way a name is written (PEP 503).
    """
    releases = read_json(_DATA)["pypi"].get(normalized(name), {})
    return _for_interpreter(releases, ".".join(python.split(".")[:2]), python)


def npm_release(name: str, node: str | None, *, tagged: bool = False) -> str | None:
    """What npm installed of a tool at the date of the catalogue, for a Node.js such as `22` or `22.3.0`.

    None where the tool is not in the catalogue, or where that Node.js is not one that its releases are made for. Where
    `node` is None, as not known: what all of them get, if that is the same. `tagged` asks for what is tagged `latest`,
    which npm takes whether or not it is made for that Node.js.
    """
    releases: dict[str, str] = read_json(_DATA)["npm"].get(name, {})
    if node is None:
        found = set(releases.values()) - {""}
        return found.pop() if len(found) == 1 else None
    release = _for_interpreter(releases, node.partition(".")[0], node)
    return None if tagged and release != releases.get("latest") else release


def newest_on_pypi(name: str) -> str | None:
    """The newest release of a project at the date of the catalogue, for whichever Python; None where not known."""
    return _newest("newest-pypi.txt", normalized(name))


def newest_on_npm(name: str) -> str | None:
    """A release of a package that was not older than the one tagged `latest` then; None where not known."""
    return _newest("newest-npm.txt", name)


def normalized(name: str) -> str:
    """The name of a Python project as PyPI compares it."""
    return _SEPARATORS.sub("-", name).lower()


def _for_interpreter(releases: dict[str, str], line: str, interpreter: str) -> str | None:
    """What the newest of a line gets, or any of them where the first one gets the same."""
    is_newest = interpreter == line
    return releases.get(line) if is_newest or f"{line}.0" not in releases else None


def _newest(catalogue: str, name: str) -> str | None:
    """What stands behind a name among sorted lines, `name release`."""
    lines = read_lines(catalogue)
    wanted = f"{name} "
    index = bisect_left(lines, wanted)
    found = lines[index] if index < len(lines) else ""
    return found.removeprefix(wanted) if found.startswith(wanted) else None
