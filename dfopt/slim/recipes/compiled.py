"""What recipes for compiled languages share: which command made the program, and what it may read at run time."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from dfopt.model import EffectKind, Invocation, join_path
from dfopt.slim.brought import is_shared
from dfopt.slim.commands import script_of
from dfopt.slim.plan import Kept
from dfopt.slim.subject import Subject

ROOT_SYSTEM = (
    Kept("/etc/passwd", "names of users", is_optional=True),
    Kept("/etc/group", "names of groups", is_optional=True),
    Kept("/etc/nsswitch.conf", "order of name services", is_optional=True),
    Kept("/etc/services", "names of ports", is_optional=True),
    Kept("/etc/protocols", "names of protocols", is_optional=True),
    Kept("/etc/localtime", "the local time zone", is_optional=True),
    Kept("/etc/timezone", "the local time zone", is_optional=True),
)
"""Small files that the runtime library of a static program may read."""

AUTHORITIES = (
    Kept("/etc/ssl/certs/ca-certificates.crt", "authorities for TLS", is_optional=True),
    Kept("/etc/ssl/cert.pem", "authorities for TLS", is_optional=True),
    Kept("/etc/pki/tls/certs/ca-bundle.crt", "authorities for TLS", is_optional=True),
)
ZONES = (Kept("/usr/share/zoneinfo", "time zones by name", is_optional=True),)

_BUILD_ONLY = re.compile(
    r"(^|/)(\.git|\.github|\.gitlab|\.circleci|\.idea|\.vscode|testdata|vendor|third_party|test|tests|docs?|build)/"
    r"|(^|/)(Dockerfile[^/]*|[^/]*\.Dockerfile|docker-compose[^/]*|compose\.ya?ml|Makefile[^/]*|GNUmakefile|makefile"
    r"|README[^/]*|LICEN[CS]E[^/]*|COPYING[^/]*|CHANGELOG[^/]*|AUTHORS|CONTRIBUTING[^/]*|\.gitignore|\.dockerignore"
    r"|\.editorconfig|\.travis\.yml|\.gitlab-ci\.yml|\.golangci\.ya?ml|\.gitattributes|\.gitmodules)$"
    r"|\.(md|mk|cmake|am|ac|in|m4|pc|proto|spec)$"
)
_MOST_BYTES = 50_000_000
_MOST_GLOBS = 50


def program_path(subject: Subject, outputs: Iterable[str]) -> str | None:
    """The one of some built files that the container runs; None where it runs something else."""
    built = set(outputs)
    return next((path for path in start_paths(subject) if path in built), None)


def start_paths(subject: Subject) -> list[str]:
    """Where the program that the container runs can be; none where a shell runs more than one program."""
    word = subject.start.program
    return word_paths(subject, word) if word and script_of(subject.start.command) is None else []


def word_paths(subject: Subject, word: str) -> list[str]:
    """Where a program that is called so can be."""
    if "/" in word:
        return [join_path(subject.config.workdir, word)]
    return [join_path(part, word) for part in (subject.config.env.get("PATH") or "").split(":") if part]


def with_moves(subject: Subject, outputs: Sequence[str]) -> tuple[str, ...]:
    """Built files, and where `mv`, `cp`, `install` and `ln` put them later."""
    found = dict.fromkeys(outputs)
    for stage in subject.lineage:
        for effect in stage.effects:
            if effect.kind is EffectKind.CREATE and effect.command is not None and effect.source in found:
                found[effect.path] = None
    return tuple(found)


def output_option(command: Invocation) -> str | None:
    """The path behind `-o`."""
    value = command.option_value("-o")
    return command.path(value) if value is not None else None


def resources(subject: Subject, is_source: Callable[[str], bool]) -> tuple[str, ...]:
    """Places of files that COPY brought and that are neither sources nor only of use for the build.

    Folders that hold nothing else are named as a whole.
    """
    wanted, unwanted = _sorted_out(subject, is_source)
    return _gathered(wanted, unwanted)


def surplus(subject: Subject, is_source: Callable[[str], bool], suffixes: Iterable[str]) -> tuple[str, ...]:
    """Globs for sources by their suffixes in all that COPY brought, and for other files that `resources` leaves out."""
    endings = tuple(f".{suffix}" for suffix in suffixes)
    _, unwanted = _sorted_out(subject, is_source)
    others = sorted(place for place in unwanted if not place.endswith(endings))
    globs = [f"{place}/**{ending}" for place in subject.brought if place not in subject.files for ending in endings]
    single = [place for place in subject.brought if place in unwanted]
    return tuple(dict.fromkeys((*globs, *single, *others[:_MOST_GLOBS])))


def closure_reasons(subject: Subject, places: Iterable[str]) -> Iterator[Kept]:
    """What the closure of a compiled program starts from besides it."""
    for place in places:
        yield Kept(place, "COPY brought it, and it is no source")
    for name in subject.packages:
        yield Kept(name, "package installed by name")


def source_texts(subject: Subject, is_source: Callable[[str], bool]) -> tuple[str, ...]:
    """The contents of the sources that COPY brought; none where they can't be seen, or are too large to be read."""
    context = subject.model.context
    files = [file for file in dict.fromkeys(subject.files.values()) if is_source(file)]
    if context is None:
        return ()
    try:
        paths = [context.root / file for file in files]
        if sum(path.stat().st_size for path in paths) > _MOST_BYTES:
            return ()
        return tuple([path.read_text("utf-8", "replace") for path in paths])
    except OSError:
        return ()


def _sorted_out(subject: Subject, is_source: Callable[[str], bool]) -> tuple[set[str], set[str]]:
    wanted = {place for place, file in subject.files.items() if not is_source(file) and not _BUILD_ONLY.search(file)}
    return wanted, set(subject.files) - wanted


def _gathered(wanted: set[str], others: set[str]) -> tuple[str, ...]:
    mixed = {folder for place in others for folder in _folders(place)}
    return tuple(sorted({_highest(place, mixed) for place in wanted}))


def _highest(place: str, mixed: set[str]) -> str:
    """The highest folder around a place that holds wanted files alone and is not the system's."""
    whole = [folder for folder in _folders(place) if folder not in mixed and not is_shared(folder)]
    return whole[-1] if whole else place


def _folders(place: str) -> Iterator[str]:
    while place := place.rpartition("/")[0]:
        yield place
