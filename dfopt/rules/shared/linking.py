"""How the programs that a stage builds are linked, as far as its commands tell."""

from collections.abc import Iterator

from dfopt.model.copies import CopyFacts, Source
from dfopt.model.invocations import Invocation
from dfopt.model.paths import is_below
from dfopt.model.stages import Stage
from dfopt.rules.shared.bases import base_of

_STATIC_MARKS = ("-static", "+crt-static", "-linux-musl", "netgo", "osusergo", "--static", "-fullystatic")
_C_COMPILERS = frozenset({"alpine-sdk", "build-base", "build-essential", "clang", "g++", "gcc"})
_GO_VERBS = frozenset({"build", "install"})
_DOWNLOADERS = frozenset({"curl", "tar", "unzip", "wget"})
_PROGRAM_FOLDERS = ("/bin/", "/debug/", "/release/", "/sbin/")
_FOLDERS = frozenset(
    "app assets bin build certs conf config data dist docs etc go home html lib migrations node_modules opt out public"
    " root sbin share src srv static target templates tmp usr var vendor www".split()
)
_BUILDERS = frozenset({"c++", "cc", "clang", "cmake", "g++", "gcc", "make", "meson", "ninja"})


def compiles(stage: Stage) -> str | None:
    """The language that a stage compiles programs of: `go`, `rust` or `c`; None where none is seen."""
    for command in stage.commands:
        verb = command.operands[0].value if command.operands else ""
        if command.program == "go" and verb in _GO_VERBS:
            return "go"
        if command.program == "cargo" and verb in ("build", "install"):
            return "rust"
        if command.program in _BUILDERS and not _is_of_go(stage):
            return "c"
    return None


def _is_of_go(stage: Stage) -> bool:
    """Whether a stage stands on an image of Go, where `make` mostly runs what is not seen here."""
    base = base_of(stage)
    return base is not None and base.language == "go"


def is_static(stage: Stage) -> bool:
    """Whether a stage is known to link statically what it compiles.

    So does Go where cgo is off or no C compiler is there, Rust for musl, and any of them where it is told to.
    """
    language = compiles(stage)
    base = base_of(stage)
    if language is None:
        return False
    if any(_is_marked(command) for command in stage.commands):
        return True
    is_musl = base is not None and base.libc == "musl"
    if language == "go":
        return _has_no_cgo(stage) or (is_musl and not _has_c_compiler(stage))
    return language == "rust" and is_musl


def dynamic_programs(copy: CopyFacts) -> Iterator[Source]:
    """The programs that a COPY brings from a stage that compiled them, and did not link them statically.

    A program is taken to be a file without an ending, in a folder of programs or copied under its own name; what the
    stage only downloaded is left out.
    """
    origin = copy.from_stage
    if origin is None or compiles(origin) is None or is_static(origin):
        return
    for source in copy.sources:
        if not source.has_glob and _is_program(source, copy) and not _is_downloaded(source, origin):
            yield source


def _is_program(source: Source, copy: CopyFacts) -> bool:
    name = source.name
    if not name or "." in name or name in _FOLDERS or (copy.from_stage and _is_folder(source.text, copy.from_stage)):
        return False
    in_folder = any(each in f"{source.text} {copy.destination}/" for each in _PROGRAM_FOLDERS)
    return in_folder or copy.destination.rpartition("/")[2] == name


def _is_folder(path: str, origin: Stage) -> bool:
    """Whether a stage works in a path, or below it."""
    folders = (command.cwd for command in origin.commands)
    return any(folder is not None and is_below(folder, path) for folder in folders)


def _is_downloaded(source: Source, origin: Stage) -> bool:
    downloads = (each for each in origin.commands if each.program in _DOWNLOADERS)
    return any(source.text in word.value for each in downloads for word in each.arguments)


def _is_marked(command: Invocation) -> bool:
    texts = [*(word.value for word in command.arguments), *(each.value.value for each in command.assignments)]
    texts += [value for name, value in command.variables.items() if name in ("RUSTFLAGS", "CARGO_BUILD_TARGET")]
    return any(mark in text for text in texts for mark in _STATIC_MARKS)


def _has_no_cgo(stage: Stage) -> bool:
    builds = [each for each in stage.commands if each.program == "go" and _verb(each) in _GO_VERBS]
    return all(_cgo(each) == "0" for each in builds)


def _cgo(command: Invocation) -> str | None:
    own = next((each.value.value for each in command.assignments if each.name == "CGO_ENABLED"), None)
    return own or command.variables.get("CGO_ENABLED")


def _verb(command: Invocation) -> str:
    return command.operands[0].value if command.operands else ""


def _has_c_compiler(stage: Stage) -> bool:
    names = {package.name for step in stage.lineage for each in step.package_commands for package in each.packages}
    return bool(names & _C_COMPILERS)
