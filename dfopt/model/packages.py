"""`PackageCommand`: what package managers are told to do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dfopt.syntax.commands import Word

if TYPE_CHECKING:
    from dfopt.model.invocations import Invocation
    from dfopt.model.runs import RunFacts


class PackageAction(StrEnum):
    """What a package manager does, whatever it calls it."""

    INSTALL = "install"
    """packages by name, or what a manifest or lock file lists (then `packages` is empty)"""
    UPDATE = "update"
    """the index of what can be installed"""
    UPGRADE = "upgrade"
    """what is installed"""
    REMOVE = "remove"
    CLEAN = "clean"
    """caches"""
    DOWNLOAD = "download"
    """without installing"""
    BUILD = "build"
    """runs a build or script: `npm run`, `cargo build`"""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Package:
    """A package as it is asked for.

    `name` has neither version nor extras; `version` is the text behind the version operator (`1.2*` of `curl=1.2*`),
    `operator` that operator (`=`, `==`, `@`, `>=`…), both None without one. `is_resolved` is False where a shell
    variable is part of the word. `word` is where it stands.
    """

    name: str
    version: str | None
    operator: str | None
    word: Word
    is_resolved: bool

    @property
    def start(self) -> int:
        """The byte in the file where it starts."""
        return self.word.start

    @property
    def end(self) -> int:
        """The byte in the file behind it."""
        return self.word.end

    @property
    def is_pinned(self) -> bool:
        """Whether exactly one version is asked for."""
        return self.operator in ("=", "==", "===", "@", "-", ":") and bool(self.version)

    @property
    def is_path(self) -> bool:
        """Whether it is a file, a folder or an address, not a name."""
        return "/" in self.word.value and (self.name.startswith((".", "/", "~")) or "://" in self.word.value)


@dataclass(frozen=True, slots=True, eq=False)
class PackageCommand:
    """One command of a package manager.

    `manager` is normalised: `apt` (apt-get, apt, aptitude), `apk`, `dnf` (dnf, yum, microdnf), `zypper`, `pacman`,
    `pip`, `uv`, `poetry`, `pipenv`, `conda` (conda, mamba, micromamba), `npm`, `yarn`, `pnpm`, `gem`, `bundler`, `composer`,
    `cargo`, `go`, `nuget`; `tool` is the program itself. `verb` is the subcommand as written.
    """

    manager: str
    tool: str
    verb: str
    action: PackageAction
    packages: tuple[Package, ...]
    files: tuple[str, ...]
    """Requirement and manifest files that are named: `-r requirements.txt`."""
    command: "Invocation"

    @property
    def run(self) -> "RunFacts":
        """The RUN it stands in."""
        return self.command.run

    @property
    def start(self) -> int:
        """The byte in the file where its command starts."""
        return self.command.start

    @property
    def end(self) -> int:
        """The byte in the file behind its command."""
        return self.command.end

    @property
    def verb_word(self) -> Word | None:
        """The word of the subcommand."""
        return next((word for word in self.command.arguments if word.value == self.verb), None)

    def has_option(self, *names: str) -> bool:
        """Whether one of these options is given, as `Invocation.has_option`."""
        return self.command.has_option(*names)


def read_package_command(command: "Invocation") -> PackageCommand | None:
    """What a command tells a package manager; None when it is not one."""
    raise NotImplementedError
