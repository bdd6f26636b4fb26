"""Rust programs that `cargo build`, `cargo install` or `rustc` makes in the image itself, linked with glibc or musl.

The program gets its libraries, if it has any, and what else it asks for, found in the build; the toolchain, the sources
and what cargo left beside the program stay behind.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dfopt.model import EffectKind, Invocation, is_below, join_path
from dfopt.slim.brought import is_shared
from dfopt.slim.plan import Contents, Kept, Refusal
from dfopt.slim.recipes.compiled import (
    closure_reasons,
    output_option,
    program_path,
    resources,
    source_texts,
    start_paths,
    surplus,
    with_moves,
)
from dfopt.slim.stage.instructions import Roots
from dfopt.slim.subject import Subject

_SOURCE = re.compile(
    r"\.rs$|(^|/)(Cargo\.(toml|lock)|rust-toolchain(\.toml)?|rustfmt\.toml|\.?clippy\.toml|\.cargo/config(\.toml)?)$"
)
_SHARED = re.compile(r"prefer-dynamic|crate-type\s*=\s*\[[^]]*\"dylib\"")
_STARTED = re.compile(r'Command::new\(\s*"([^"\s]+)"')
_TOOLS = (
    *("cargo", "cargo-clippy", "cargo-fmt", "cargo-miri", "clippy-driver", "rls", "rust-analyzer", "rust-gdb"),
    *("rust-gdbgui", "rust-lldb", "rustc", "rustdoc", "rustfmt", "rustup"),
)
_VALUED = (
    *("--target", "--target-dir", "--profile", "--features", "-F", "-p", "--package", "-j", "--jobs", "--bin"),
    *("--manifest-path", "--color", "--config", "--message-format", "-Z", "--path", "--root", "--git", "--version"),
)
_LEFT_OVER = (
    *("**/deps/**", "**/incremental/**", "**/examples/**", "**/.fingerprint/**", "**/.cargo-lock", "**.d", "**.rlib"),
    *("**.rmeta", "**/build/**.rs", "**/build/**.c", "**/build/**.h", "**/build/**.o", "**/build/**.a"),
    *("**/build/**/build?script?*", ".rustc_info.json", "CACHEDIR.TAG"),
)


@dataclass(frozen=True, slots=True)
class Match:
    """Where the program is, and where cargo built it."""

    program: str
    targets: tuple[str, ...]


class Rust:
    """See the module."""

    name = "rust"

    def applies(self, subject: Subject) -> Match | Refusal | None:
        """Whether what runs is what cargo or rustc makes in the image's own stages."""
        builds = [
            each for each in subject.commands if each.program == "rustc" or _verb(each) in ("build", "b", "install")
        ]
        if not builds:
            return None
        targets = tuple(dict.fromkeys(folder for each in builds for folder in _targets(subject, each)))
        for build in builds:
            if program := _program(subject, build, targets):
                return _objection(subject) or Match(program, targets)
        return Refusal("rust-output", "what it runs is not known to be what its cargo makes")

    def plan(self, subject: Subject, match: Match) -> Contents:
        """The program with the libraries that it was linked with, or alone where it was linked statically."""
        kept = (Kept(match.program, "the program"), *closure_reasons(subject, resources(subject, _is_source)))
        started = [name for text in _sources(subject) for name in _STARTED.findall(text)]
        drop = (*_toolchain(subject, match), *_left_over(match), *surplus(subject, _is_source, ("rs",)))
        start = tuple(dict.fromkeys((*subject.start_words, *started)))
        roots = Roots(start, subject.brought, subject.packages, subject.kept, tuple(dict.fromkeys(drop)))
        return Contents(self.name, "a Rust program and what it needs, without toolchain and sources", kept, roots)


def _program(subject: Subject, build: Invocation, targets: tuple[str, ...]) -> str | None:
    """Where the program that the container runs is, if it is what this command makes."""
    if build.program == "rustc":
        sources = [
            word.value for word in build.operands_but("-o", "-C", "--edition", "--target") if word.value.endswith(".rs")
        ]
        names = [build.join(source.rpartition("/")[2].removesuffix(".rs")) for source in sources]
        output = output_option(build)
        return program_path(subject, with_moves(subject, [output] if output else names))
    folders = _install_folders(subject, build) if _verb(build) == "install" else _profile_folders(build, targets)
    moved = [
        effect.path
        for stage in subject.lineage
        for effect in stage.effects
        if effect.kind is EffectKind.CREATE
        and effect.command
        and _lies_in(_full(subject, effect.source or ""), folders)
    ]
    for path in start_paths(subject):
        if _lies_in(path, folders) or path in moved:
            return path
    return None


def _lies_in(path: str, folders: list[re.Pattern[str]]) -> bool:
    folder, _, name = path.rpartition("/")
    return name not in _TOOLS and any(shape.fullmatch(folder) for shape in folders)


def _verb(command: Invocation) -> str:
    if command.program != "cargo":
        return ""
    words = [word.value for word in command.operands_but(*_VALUED) if not word.value.startswith("+")]
    return words[0] if words else ""


def _targets(subject: Subject, build: Invocation) -> list[str]:
    """Folders that cargo may build in: one that it is told, or `target` in its folder or, in a workspace, above it."""
    if build.program != "cargo" or _verb(build) == "install":
        return []
    given = build.option_value("--target-dir")
    for text in (
        build.value(given) if given else None,
        *_settings(subject, build, "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"),
    ):
        if text:
            return [_full(subject, build.join(text))]
    folder = _full(subject, build.join("."))
    manifest = build.option_value("--manifest-path")
    if manifest:
        folder = _full(subject, build.path(manifest)).rpartition("/")[0]
    found = [join_path(folder, "target")]
    while folder := folder.rpartition("/")[0]:
        found.append(join_path(folder, "target"))
    return found


def _profile_folders(build: Invocation, targets: tuple[str, ...]) -> list[re.Pattern[str]]:
    named = build.option_value("--profile")
    profile = "release" if build.has_option("--release", "-r") else build.value(named) if named else "debug"
    profile = {"dev": "debug", "test": "debug", "bench": "release"}.get(profile, profile)
    return [re.compile(f"{re.escape(target)}(/[^/]+)?/{re.escape(profile)}") for target in targets]


def _install_folders(subject: Subject, build: Invocation) -> list[re.Pattern[str]]:
    root = build.option_value("--root")
    given = (
        build.path(root) if root else next(iter(_settings(subject, build, "CARGO_INSTALL_ROOT", "CARGO_HOME")), None)
    )
    return [re.compile(re.escape(join_path(_full(subject, given or _home(subject)), "bin")))]


def _settings(subject: Subject, build: Invocation, *names: str) -> Iterator[str]:
    """The values of variables, as the command sees them or the base image sets them."""
    own = {each.name: each.value.value for each in build.assignments}
    for name in names:
        if value := own.get(name) or build.variables.get(name) or subject.config.env.get(name):
            yield value


def _home(subject: Subject) -> str:
    return subject.config.env.get("CARGO_HOME") or "/root/.cargo"


def _full(subject: Subject, path: str) -> str:
    return join_path(subject.base.config.workdir or "/", path)


def _objection(subject: Subject) -> Refusal | None:
    """What makes a program ask for files that cargo keeps beside it or in its toolchain."""
    flags = [each.value.value for command in subject.commands for each in command.assignments]
    texts = (*_sources(subject), *subject.config.env.values(), *flags)
    if "LD_LIBRARY_PATH" in subject.config.env or any(_SHARED.search(text) for text in texts):
        return Refusal("rust-shared", "it may need shared libraries of the toolchain or of its own build")
    return None


def _sources(subject: Subject) -> tuple[str, ...]:
    return source_texts(subject, _is_source)


def _toolchain(subject: Subject, match: Match) -> Iterator[str]:
    """The toolchain and cargo's own folder, but for those in which the program or the application's files lie."""
    home = _home(subject)
    own = (match.program, *subject.brought)
    for folder in (subject.config.env.get("RUSTUP_HOME") or "/root/.rustup", home):
        if not any(is_below(place, folder) for place in own):
            yield f"{folder}/**"
    if is_below(match.program, home):
        yield from (f"{home}/{name}" for name in ("registry/**", "git/**", "env", ".crates*", ".package-cache*"))
        yield from (f"{home}/bin/{name}" for name in _TOOLS)


def _left_over(match: Match) -> Iterator[str]:
    """What cargo makes on the way to a program. Libraries and data that build scripts made stay."""
    for target in match.targets:
        if (
            target == match.targets[0]
            or is_below(match.program, target)
            or not is_shared(target.rpartition("/")[0] or "/")
        ):
            yield from (f"{target}/{name}" for name in _LEFT_OVER)


def _is_source(file: str) -> bool:
    return _SOURCE.search(file) is not None
