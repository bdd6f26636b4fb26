"""Go programs that `go build` or `go install` makes in the image itself.

Where the sources can be seen and need no C code, no other program and nothing but what Go's own libraries read, the
program is built without CGO and copied alone. Else its libraries, and what else it asks for, are found in the build.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dfopt.cached import cached_property
from dfopt.model import Invocation, is_below, join_path
from dfopt.slim.plan import Contents, Kept, Refusal
from dfopt.slim.recipes.compiled import (
    AUTHORITIES,
    ROOT_SYSTEM,
    ZONES,
    closure_reasons,
    output_option,
    program_path,
    resources,
    source_texts,
    surplus,
    with_moves,
)
from dfopt.slim.stage.instructions import Roots
from dfopt.slim.subject import Subject
from dfopt.syntax.edits import Edit

_SOURCE = re.compile(r"\.go$|(^|/)(go\.(mod|sum|work|work\.sum)|Gopkg\.(toml|lock)|glide\.(yaml|lock))$")
_NEEDS_MORE = re.compile(r'"(?:os/exec|plugin)"|import\s*\(?\s*"C"|^\s*"C"\s*$', re.MULTILINE)
_STARTED = re.compile(r'exec\.Command(?:Context)?\(\s*(?:\w+,\s*)?"([^"\s]+)"')
_ZONES = re.compile(r"\btime\.LoadLocation\b")
_TLS = re.compile(r'"(crypto/tls|crypto/x509|net/http|net/smtp)"')
_CGO_MODULES = re.compile(
    r"mattn/go-sqlite3|confluent-kafka-go|h2non/bimg|gographics/imagick|godror|git2go|tensorflow|gotk3|go-gl/"
    r"|libvirt-go|google/gopacket|DataDog/zstd|miekg/pkcs11|rocksdb|go-oci8|gocv|wasmer|wasmtime"
)
_HARMLESS = frozenset(
    "apk apt apt-get cd chmod cp curl dnf echo export git go ln ls mkdir mv rm set strip tar true upx wget yum".split()
)
_SURPLUS = ("/usr/local/go", "/go/pkg", "/go/src", "/root/go", "/root/.cache")


@dataclass(frozen=True, slots=True)
class Match:
    """The command that builds the program, and where the program is; `static` where it can be copied alone."""

    build: Invocation
    program: str
    static: bool


class Go:
    """See the module."""

    name = "go"

    def applies(self, subject: Subject) -> Match | Refusal | None:
        """Whether what runs is what a `go build` or `go install` of the image's own stages makes."""
        builds = [each for each in subject.commands if each.program == "go" and _verb(each) in ("build", "install")]
        if not builds:
            return None
        for build in builds:
            outputs = with_moves(subject, list(dict.fromkeys(_outputs(subject, build))))
            if program := program_path(subject, outputs):
                return Match(build, program, _Sources(subject).are_plain(build))
        return Refusal("go-output", "what it runs is not known to be what its go build makes")

    def plan(self, subject: Subject, match: Match) -> Contents:
        """The program alone, or with what it needs beside it."""
        found = resources(subject, _is_source)
        if match.static:
            return _static(subject, match, found)
        kept = (Kept(match.program, "the program"), *closure_reasons(subject, found))
        drop = (*_left_over(subject, match), *surplus(subject, _is_source, ("go",)))
        roots = Roots(
            (*subject.start_words, *_Sources(subject).starts), subject.brought, subject.packages, subject.kept, drop
        )
        return Contents(self.name, "a Go program and what it needs, without the toolchain and the sources", kept, roots)


def _left_over(subject: Subject, match: Match) -> list[str]:
    """The toolchain and its caches, but for those in which the program or its own files lie."""
    own = (match.program, *subject.brought)
    return [f"{folder}/**" for folder in _SURPLUS if not any(is_below(place, folder) for place in own)]


def _static(subject: Subject, match: Match, places: tuple[str, ...]) -> Contents:
    sources = _Sources(subject)
    kept = (
        *ROOT_SYSTEM,
        *(AUTHORITIES if sources.use(_TLS) or sources.have_modules else ()),
        *(ZONES if sources.use(_ZONES) or sources.have_modules or "TZ" in subject.config.env else ()),
        *[Kept(place, "COPY brought it, and it is no source", is_optional=True) for place in places],
        *[Kept(place, "a folder that RUN or VOLUME made", is_optional=True) for place in _made(subject)],
        Kept(match.program, "the program"),
    )
    start = match.build.start
    edits = () if _has_no_cgo(match.build) else (Edit(start, start, "CGO_ENABLED=0 "),)
    notes = ("the program is built with CGO_ENABLED=0, so that it needs no libraries",) if edits else ()
    return Contents("go", "a static Go program", kept, None, edits, notes)


def _made(subject: Subject) -> Iterator[str]:
    """Folders outside the sources that must be there: volumes, the working directory, what `mkdir` made."""
    made = [
        e.path for s in subject.lineage for e in s.effects if e.is_folder and e.command and e.command.program == "mkdir"
    ]
    sources = tuple({place.rpartition("/")[0] for place, file in subject.files.items() if _is_source(file)})
    for place in dict.fromkeys((*subject.config.volumes, *made)):
        if place.startswith("/") and not any(place == each or each.startswith(place + "/") for each in sources):
            yield place


class _Sources:
    """The Go files of the context."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Their contents."""
        return source_texts(self._subject, _is_source)

    @property
    def starts(self) -> tuple[str, ...]:
        """The programs that they start by a name that stands in them."""
        return tuple(dict.fromkeys(name for text in self.texts for name in _STARTED.findall(text)))

    def are_plain(self, build: Invocation) -> bool:
        """Whether all that they need is in them and in Go, and RUN does nothing but build them."""
        subject = self._subject
        cgo = (*build.variables.items(), *((each.name, each.value.value) for each in build.assignments))
        flags = " ".join([word.value for word in build.arguments])
        return (
            bool(self.texts)
            and ("CGO_ENABLED", "1") not in cgo
            and not re.search(r"-race|-linkshared|-buildmode[= ](?!exe|default)", flags)
            and not self.use(_NEEDS_MORE)
            and not self.use(_CGO_MODULES)
            and not subject.start.shells
            and all(command.program in _HARMLESS or not command.program for command in subject.commands)
        )

    def use(self, pattern: re.Pattern[str]) -> bool:
        """Whether a text has something in it."""
        return any(pattern.search(text) for text in self.texts)

    @property
    def have_modules(self) -> bool:
        """Whether they require modules, whose sources are not seen here."""
        return any(re.search(r"^require\b", text, re.MULTILINE) for text in self.texts)


def _verb(command: Invocation) -> str:
    words = command.operands
    return words[0].value if words else ""


def _outputs(subject: Subject, command: Invocation) -> Iterator[str]:
    """Where the command may leave the program."""
    packages = [word.value for word in command.operands_but("-o", "-ldflags", "-tags", "-mod", "-gcflags", "-p")[1:]]
    names = list(_names(subject, command, packages))
    if _verb(command) == "install":
        folder = command.variables.get("GOBIN") or f"{command.variables.get('GOPATH') or '/root/go'}/bin"
        yield from (join_path(folder, name) for name in names)
        return
    output = output_option(command)
    if output is not None:
        yield output
    folders = [output] if output is not None else [command.join(".")]
    yield from (join_path(folder, name) for folder in folders for name in names)


def _names(subject: Subject, command: Invocation, packages: list[str]) -> Iterator[str]:
    """The names that `go` may give the program: those of the packages' folders, of a file, or of the module."""
    for package in packages or ["."]:
        if package.endswith(".go"):
            yield package.rpartition("/")[2].removesuffix(".go")
        elif name := package.rstrip("/").rpartition("/")[2].strip("."):
            yield name.partition("@")[0]
        else:
            yield command.join(".").rpartition("/")[2]
            yield from _module_names(subject)


def _module_names(subject: Subject) -> Iterator[str]:
    context = subject.model.context
    for file in (file for file in subject.files.values() if file.rpartition("/")[2] == "go.mod"):
        try:
            text = (context.root / file).read_text("utf-8", "replace") if context else ""
        except OSError:
            continue
        module = re.search(r"^module\s+(\S+)", text, re.MULTILINE)
        if module:
            yield re.sub(r"/v[0-9]+$", "", module[1]).rpartition("/")[2]


def _has_no_cgo(build: Invocation) -> bool:
    given = {each.name: each.value.value for each in build.assignments}
    return given.get("CGO_ENABLED", build.variables.get("CGO_ENABLED")) == "0"


def _is_source(file: str) -> bool:
    return _SOURCE.search(file) is not None
