"""`PackageCommand`: what package managers are told to do."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dfopt.cached import cached_property
from dfopt.frozen import frozen
from dfopt.model.effects.caches import package_effects
from dfopt.model.effects.effect import Effect
from dfopt.model.managers import GEM, MANAGERS, NUGET, PACMAN, PIP, UV, Manager, PackageAction
from dfopt.model.options import before_double_dash, operands, option_values
from dfopt.model.shell_values import alternatives
from dfopt.syntax.commands import Word

if TYPE_CHECKING:
    from dfopt.model.invocations import Invocation
    from dfopt.model.runs import RunFacts

_VERSIONED_PIP = re.compile(r"pip[0-9.]+")
_PYTHON = re.compile(r"(?:python|pypy)[0-9.]*")
_PATH = re.compile(r"[./~]|[a-z+]+://|git@")
_PACMAN_VERB = re.compile(r"-[A-Z]|--(?:sync|remove|upgrade|query|database|files|deptest)")
_TAKES_PACKAGES = frozenset(
    (PackageAction.INSTALL, PackageAction.REMOVE, PackageAction.DOWNLOAD, PackageAction.UPGRADE)
)
_TAKES_NO_PACKAGES = frozenset(("env create", "env update", "python install", "workspaces focus", "deploy"))
_EXACT = ("=", "==", "===", "@", "-", ":")


@frozen()
class Package:
    """A package as it is asked for.

    `name` has neither version nor extras nor architecture; `version` is the text behind the version operator
    (`1.2*` of `curl=1.2*`) and `operator` that operator (`=`, `==`, `@`, `>=`…), or the option that gives the version;
    both None without one. `is_resolved` is False where part of the name is not known before the build. `word` is where
    it stands: one word for several packages where a variable holds them.
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
        """Whether one version (or a pattern such as `1.2*`) is asked for."""
        return bool(self.version) and (self.operator in _EXACT or (self.operator or "").startswith("-"))

    @property
    def is_path(self) -> bool:
        """Whether it is a file, a folder or an address, not a name."""
        return _PATH.match(self.name) is not None


@frozen(eq=False, slots=False)
class PackageCommand:
    """One command of a package manager.

    `manager` is normalised: `apt` (apt-get, apt, aptitude), `apk`, `dnf` (dnf, yum, microdnf, tdnf), `zypper`,
    `pacman`, `pip` (also `python -m pip`), `uv`, `poetry`, `pipenv`, `conda` (mamba, micromamba), `npm`, `yarn`,
    `pnpm`, `gem`, `bundler`, `composer`, `cargo`, `go`, `nuget` (dotnet); `tool` is the program itself. `verb` is the
    subcommand as written, two words where it has two (`global add`), and `verb_word` its first word, None where there
    is none. `files` are the files of requirements that it names.
    """

    manager: str
    tool: str
    verb: str
    verb_word: Word | None
    action: PackageAction
    packages: tuple[Package, ...]
    files: tuple[Word, ...]
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
    def is_install(self) -> bool:
        """Whether it installs."""
        return self.action is PackageAction.INSTALL

    @property
    def fetches_index(self) -> bool:
        """Whether it fetches the index: as all that it does, or first, as apt does with `--update` from 3.0 on."""
        return self.action is PackageAction.UPDATE or (self.manager == "apt" and self.has_option("-U", "--update"))

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """The caches that it fills or empties, and the modules that it installs in its folder."""
        return tuple(package_effects(self))

    def has_option(self, *names: str) -> bool:
        """Whether one of these options is given, as `Invocation.has_option`."""
        return self.command.has_option(*names)


def read_package_command(command: "Invocation") -> PackageCommand | None:
    """What a command tells a package manager; None when it is not one."""
    manager, arguments = _manager(command)
    if manager is None:
        return None
    return _read_pacman(command) if manager is PACMAN else _read(manager, command, arguments)


def _manager(command: "Invocation") -> tuple[Manager | None, Sequence[Word]]:
    """The manager that a command runs, and the arguments that are meant for it."""
    program = command.program
    if found := MANAGERS.get(program):
        return found, command.arguments
    if _VERSIONED_PIP.fullmatch(program):
        return PIP, command.arguments
    if _PYTHON.fullmatch(program):
        for index, word in enumerate(command.arguments[:-1]):
            if word.value == "-m" and command.arguments[index + 1].value in ("pip", "uv"):
                module = PIP if command.arguments[index + 1].value == "pip" else UV
                return module, command.arguments[index + 2 :]
    return None, ()


def _read(manager: Manager, command: "Invocation", arguments: Sequence[Word]) -> PackageCommand:
    if manager is GEM:
        arguments = before_double_dash(arguments)
    words = operands(arguments, manager.valued)
    verb, behind = _verb(manager, words)
    action = manager.verbs.get(verb) or PackageAction.OTHER
    if not words and manager.default and not command.has_option("-h", "--help", "-v", "--version"):
        action = manager.default
    named = behind if action in _TAKES_PACKAGES and verb not in _TAKES_NO_PACKAGES else ()
    return PackageCommand(
        manager=manager.name,
        tool=command.program,
        verb=verb,
        verb_word=words[0] if words else None,
        action=action,
        packages=tuple(_packages(manager, command, arguments, named[:1] if verb == "create-project" else named)),
        files=tuple(option_values(arguments, tuple(manager.files))) if manager.files else (),
        command=command,
    )


def _verb(manager: Manager, words: Sequence[Word]) -> tuple[str, Sequence[Word]]:
    """The subcommand, of two words where the manager knows it so, and the operands behind it."""
    values = [word.value for word in words]
    if manager is NUGET and values[:1] == ["add"] and "package" in values[2:]:
        return "add package", words[values.index("package", 2) + 1 :]
    two = " ".join(values[:2])
    if two in manager.verbs:
        return two, words[len(values[:2]) :]
    return (values[0], words[1:]) if values else ("", ())


def _read_pacman(command: "Invocation") -> PackageCommand:
    arguments = command.arguments
    words = operands(arguments, PACMAN.valued)
    verb_word = next((word for word in before_double_dash(arguments) if _PACMAN_VERB.match(word.value)), None)
    verb = verb_word.value if verb_word else ""
    return PackageCommand(
        manager=PACMAN.name,
        tool=command.program,
        verb=verb,
        verb_word=verb_word,
        action=_pacman_action(verb, command, takes_packages=bool(words)),
        packages=tuple(_packages(PACMAN, command, arguments, words)),
        files=(),
        command=command,
    )


def _pacman_action(verb: str, command: "Invocation", *, takes_packages: bool) -> PackageAction:
    def has(short: str, long: str) -> bool:
        return command.has_option(f"-{short}", f"--{long}")

    if verb.startswith(("-R", "--remove")):
        return PackageAction.REMOVE
    if verb.startswith(("-U", "--upgrade")):
        return PackageAction.INSTALL
    if not verb.startswith(("-S", "--sync")):
        return PackageAction.OTHER
    if has("c", "clean"):
        return PackageAction.CLEAN
    if takes_packages:
        return PackageAction.DOWNLOAD if has("w", "downloadonly") else PackageAction.INSTALL
    return PackageAction.UPGRADE if has("u", "sysupgrade") else PackageAction.UPDATE


def _packages(
    manager: Manager, command: "Invocation", arguments: Sequence[Word], named: Sequence[Word]
) -> Iterator[Package]:
    versions = option_values(arguments, manager.version) if manager.version else []
    option = (manager.version[0], command.value(versions[-1])) if versions else None
    for word in named:
        for text in (text for text in _texts(command, word) if not text.startswith("-")):
            package = _package(manager, text, word)
            yield replace(package, operator=option[0], version=option[1]) if option else package


def _texts(command: "Invocation", word: Word) -> list[str]:
    """What a word becomes: several packages where it is a variable that holds them, or has braces."""
    value = command.value(word)
    if word.is_static:
        return [value]
    if word.text.startswith("$") and value != word.value and "`" not in value:
        return value.split()
    return alternatives(value)


def _package(manager: Manager, text: str, word: Word) -> Package:
    match = None if _PATH.match(text) or text.startswith("$") else re.fullmatch(manager.package, text, re.DOTALL)
    name, operator, version = match.group("name", "operator", "version") if match else (text, None, None)
    is_resolved = "$" not in name and "`" not in name
    return Package(name.strip(), version or None, operator, word, is_resolved)
