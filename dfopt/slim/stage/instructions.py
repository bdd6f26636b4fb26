"""The instructions that gather what the final stage needs, to be written after `FROM <original> AS <name>`."""

import shlex
from dataclasses import asdict, dataclass
from importlib.resources import files

ROOT = "/dfopt"
LAYERS = ("system", "runtime", "application")
"""Folders below `ROOT` to copy to `/`, in the order of how seldom they change."""

AWK_PARTS = ("files", "packages", "follow", "elf", "packs", "settings", "scripts", "roots")


@dataclass(frozen=True, slots=True)
class Roots:
    """What the closure starts from, as a Dockerfile tells it.

    `start` holds the words of ENTRYPOINT, CMD and HEALTHCHECK after expansion, a shell form as one word; `brought` the
    absolute destinations of COPY and ADD and the paths of VOLUME and WORKDIR; `named` the packages that the author
    installed by name; `keep` and `drop` the user's globs, in which `**` is a whole tree.
    """

    start: tuple[str, ...]
    brought: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


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
    here = files(__package__)
    program = "".join(here.joinpath("awk", f"{part}.awk").read_text() for part in AWK_PARTS)
    return here.joinpath("closure.sh").read_text().replace("@awk@\n", program)


def tables() -> list[str]:
    """The records of the tables that the closure shares with the measured way, without their comments."""
    text = files("dfopt.slim.closure").joinpath("tables.txt").read_text()
    return [line.strip() for line in text.splitlines() if line and not line.startswith("#")]


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
    if not words:
        return f" && touch {name} {escape}\n"
    return f" && printf '%s\\n' {shlex.join(words)} > {name} {escape}\n"


def _tables(escape: str) -> str:
    return f" {escape}\n".join(f"    {shlex.quote(record)}" for record in tables())
