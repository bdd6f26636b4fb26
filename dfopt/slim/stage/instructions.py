"""The instructions that gather what the final stage needs, to be written after `FROM <original> AS <name>`."""

import shlex
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = "/dfopt"
LAYERS = ("system", "runtime", "application")
"""Folders below `ROOT` to copy to `/`, in the order of how seldom they change."""

_HERE = Path(__file__).parent
_TABLES = _HERE.with_name("closure") / "tables.txt"
_AWK_PARTS = ("files", "packages", "follow", "elf", "packs", "settings", "scripts", "jobs", "roots")


@dataclass(frozen=True, slots=True)
class Roots:
    """What the closure starts from, as a Dockerfile tells it.

    `start` holds the words of ENTRYPOINT, CMD and HEALTHCHECK after expansion, a shell form as one word; `brought` the
    absolute destinations of COPY and ADD and the paths of VOLUME; `named` the packages that the author
    installed by name; `keep` and `drop` a plan's globs, in which `**` is a whole tree, `chosen` and `rejected` those of
    people. Of a file that several of them mean, `rejected` decides, then `chosen`, then `drop`.
    """

    start: tuple[str, ...]
    brought: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


def gather(roots: Roots, escape: str = "\\") -> str:
    """The instructions that leave the closure in `LAYERS` below `ROOT`; `escape` is the file's continuation character.

    They need no frontend newer than the classic builder's, and the tools of a base such as debian, ubuntu or alpine.
    """
    lists = "".join(_list(name, words, escape) for name, words in asdict(roots).items())
    return (
        'USER 0\nSHELL ["/bin/sh", "-c"]\n'
        f"RUN mkdir {ROOT} && cd {ROOT} {escape}\n{lists}"
        f" && printf '%s\\n' > tables {escape}\n{_tables(escape)}\n"
        f"{run(script(), escape)}\n"
    )


def script() -> str:
    """The whole script, its awk program put in place."""
    program = "".join(_HERE.joinpath("awk", f"{part}.awk").read_text("utf-8") for part in _AWK_PARTS)
    return _HERE.joinpath("closure.sh").read_text("utf-8").replace("@awk@\n", program)


def run(text: str, escape: str = "\\") -> str:
    """A shell text as one RUN instruction of continued lines; its comments become the Dockerfile's.

    Builders join continued lines, so each command of `text` must end in `;` or in a word that lets another follow.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    code = [number for number, line in enumerate(lines) if not _is_comment(line)]
    folded = [line.strip() if _is_comment(line) else f"{line} {escape}" for line in lines]
    folded[code[0]] = f"RUN {folded[code[0]]}"
    folded[code[-1]] = lines[code[-1]]
    return "\n".join(folded)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _list(name: str, words: tuple[str, ...], escape: str) -> str:
    lines = [line for word in words for line in word.splitlines()]
    if not lines:
        return f" && touch {name} {escape}\n"
    return f" && printf '%s\\n' {shlex.join(lines)} > {name} {escape}\n"


def tables(kind: str) -> tuple[str, ...]:
    """The second field of the records of a kind: regular expressions for `never`, `general`, `inert` and `surplus`."""
    fields = [record.split(" | ") for record in _records()]
    return tuple([first for name, first, *_ in fields if name == kind])


def _tables(escape: str) -> str:
    return f" {escape}\n".join(f"    {shlex.quote(record)}" for record in _records())


def _records() -> list[str]:
    """What the closure knows about systems, a line a fact, without the comments."""
    lines = _TABLES.read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line and not line.startswith("#")]
