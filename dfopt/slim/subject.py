"""The stage that is slimmed, with what planning wants to know of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dfopt.cached import cached_property
from dfopt.knowledge.packages import PackageKind, kind
from dfopt.model import Config, Invocation, Model, Package, PackageAction, Stage, is_below, is_exact
from dfopt.model.evaluation import evaluate
from dfopt.model.shell_values import substitute
from dfopt.slim.base import BaseConfig
from dfopt.slim.brought import Brought, brought_by, is_shared, placed_files
from dfopt.slim.commands import Start, script_of, start_of, started_programs
from dfopt.slim.started import started_by_sources
from dfopt.syntax.nodes import Instruction

_NOT_TO_RUN = frozenset((PackageKind.BUILD, PackageKind.HEADERS, PackageKind.DEBUG, PackageKind.DOCUMENTATION))

_ARCHITECTURE = re.compile(r"\.(x86_64|aarch64|i686|noarch)$|:(amd64|arm64|i386|armhf|native|any)$")
_DEBIAN_FILE = re.compile(r"(?:.*/)?([a-z0-9][a-z0-9+.-]+)_[^/]*\.deb")
"""A file of a Debian package, as Debian names it: the package, its version, its architecture."""
_TASK_RUNNERS = frozenset(("npm-run-all", "run-p", "run-s"))
"""Programs of npm-run-all, which run the scripts of package.json through npm."""
_LOG_IN = frozenset(("su", "runuser"))
_NOT_TO_RUN_JAVA = ("jmods/**", "src.zip", "lib/src.zip", "demo/**", "sample/**", "man/**")
_LOGIN_SHELLS = ("/bin/sh", "/bin/bash", "/bin/ash")
"""One of these is the shell of the user as whom such a program runs its command."""


@dataclass(frozen=True)
class Subject:
    """A stage, and what the image below it sets."""

    model: Model
    stage: Stage
    base: BaseConfig

    @cached_property
    def lineage(self) -> tuple[Stage, ...]:
        """The stages that make the image, the lowest first."""
        return tuple(reversed(self.stage.lineage))

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        """All their instructions."""
        return tuple([each for stage in self.lineage for each in stage.instructions])

    @cached_property
    def config(self) -> Config:
        """The effective configuration, with what the base sets."""
        config = self.base.config
        for stage in self.lineage:
            _, config = evaluate(
                stage.instructions,
                replace(config, onbuild=()),
                global_args=self.model.global_args,
                build_args=self.model.build_args,
                escape=self.model.escape,
                windows=False,
            )
        return config

    @cached_property
    def start(self) -> Start:
        """What a container runs."""
        return start_of(self.config)

    @cached_property
    def start_words(self) -> tuple[str, ...]:
        """The words of ENTRYPOINT, CMD and HEALTHCHECK, with known variables put into scripts; a script is one word.

        What a program of another stage starts, as its sources tell, stands behind them.
        """
        check = self.start.healthcheck
        words = [*self.start.shells, *self._words(self.start.command)]
        programs = {word.rpartition("/")[2] for word in started_programs(self.start.command)}
        if programs & _LOG_IN:
            words += _LOGIN_SHELLS
        if programs & _TASK_RUNNERS:
            words.append("npm")
        if check and check.test[0] == "CMD":
            words += self._words(check.test[1:])
        elif check and check.test[0] == "CMD-SHELL":
            words.append(substitute(check.test[1], self.config.env))
        words += started_by_sources(self.lineage)
        return tuple(dict.fromkeys(word for word in words if word))

    @cached_property
    def packages(self) -> tuple[str, ...]:
        """The packages of the distribution that were installed by name and not removed again, build tools left out."""
        names: dict[str, None] = {}
        for stage in self.lineage:
            for command in stage.package_commands:
                found = [name for package in command.packages if (name := _name(package))]
                if command.manager not in ("apt", "apk", "dnf", "zypper", "pacman") or command.run.is_trigger:
                    continue
                if command.action is PackageAction.INSTALL:
                    names.update(dict.fromkeys(_ARCHITECTURE.sub("", name) for name in found))
                elif command.action is PackageAction.REMOVE:
                    names = {name: None for name in names if name not in found}
        return tuple([name for name in names if is_exact(name) and kind(name) not in _NOT_TO_RUN])

    @cached_property
    def brought(self) -> tuple[str, ...]:
        """The places of what COPY and ADD brought, of volumes and of the working directory; system folders left out."""
        named = [each for each in (*self.config.volumes, self.config.workdir or "/") if not is_shared(each)]
        places = dict.fromkeys((*self._copied.places, *named))
        own = [each for each in places if is_exact(each) and each.startswith("/")]
        return tuple([each for each in own if not any(is_below(each, other) for other in own if other != each)])

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """Globs for what is brought to places that are not known exactly, for a Java of its own, and for users."""
        return (*self._copied.globs, *self._java, "/etc/passwd", "/etc/group")

    @property
    def fills_root(self) -> bool:
        """Whether something is copied over the whole file system that can't be seen here."""
        return self._copied.fills_root

    @cached_property
    def commands(self) -> tuple[Invocation, ...]:
        """All commands of the RUNs that make the image."""
        runs = [run for stage in self.lineage for run in stage.runs if not run.is_trigger]
        return tuple([command for run in runs for command in run.commands])

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The files of the context by their places in the image; empty where the context is not known."""
        return placed_files(self.lineage, self._lowest_folder)

    @cached_property
    def _copied(self) -> Brought:
        return brought_by(self.lineage, self._lowest_folder, self.base.config.env)

    @property
    def _java(self) -> tuple[str, ...]:
        """What JAVA_HOME names, for programs that start Java themselves."""
        home = self.config.env.get("JAVA_HOME", "")
        is_known = home.startswith("/") and is_exact(home) and not is_shared(home)
        starts_java = self.start.program.rpartition("/")[2] == "java"
        return (f"{home.rstrip('/')}/**",) if is_known and not starts_java else ()

    @cached_property
    def surplus(self) -> tuple[str, ...]:
        """Globs for what of such a Java only makes another one or is read by people."""
        homes = [home.removesuffix("/**") for home in self._java]
        return tuple([f"{home}/{part}" for home in homes for part in _NOT_TO_RUN_JAVA])

    @property
    def _lowest_folder(self) -> str:
        return self.base.config.workdir or "/"

    def _words(self, command: tuple[str, ...]) -> list[str]:
        script = script_of(command)
        return [substitute(script, self.config.env)] if script is not None else list(command)


def _name(package: Package) -> str | None:
    """The name in the package database; None where it can't be told."""
    if package.is_path:
        file = _DEBIAN_FILE.fullmatch(package.name)
        return file[1] if file else None
    return package.name if package.is_resolved else None
