"""Where an installation of packages could stand as well, nearer to the base."""

import re
from collections.abc import Callable, Iterator, Mapping

from dfopt.layers.reading.weights import WRITES_LITTLE, WRITES_NOTHING
from dfopt.layers.recipes import Move
from dfopt.model.effects import Effect
from dfopt.model.effects.reading import copy_effects, run_effects
from dfopt.model.managers import PackageAction
from dfopt.model.packages import PackageCommand
from dfopt.model.paths import is_below, is_exact
from dfopt.model.runs import RunFacts
from dfopt.rules.shared.lists_of_apt import uses
from dfopt.syntax.nodes import (
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Run,
    Stopsignal,
    Workdir,
)
from dfopt.syntax.shell import ShellKind

_MANAGERS = ("apt", "apk", "dnf")
_CHANGES_CONFIG_ONLY = (Cmd, Entrypoint, Expose, Healthcheck, Label, Maintainer, Stopsignal, Workdir)
_DONE_IN_PASSING = WRITES_NOTHING - {"read", "test", "[", "[[", "ls", "grep", "getent", "cd"} | {"rm", "echo"}
_HARMLESS = WRITES_NOTHING | WRITES_LITTLE | {"echo", "printf", "chown", "chmod", "rm"}
_HEEDED = re.compile(r"PATH|DEBIAN_FRONTEND|.*_PROXY|LD_.*|APT_.*|DEB_.*|DPKG_.*|LANG|LC_.*|TZ", re.IGNORECASE)
_SETTINGS = (
    "/etc/apt /etc/apk /etc/yum.conf /etc/yum.repos.d /etc/yum /etc/dnf /etc/pki /etc/dpkg /etc/resolv.conf"
    " /etc/ssl /etc/ca-certificates /usr/share/keyrings /usr/local/share/ca-certificates /usr/sbin/policy-rc.d"
    " /usr/bin /bin /usr/local/bin /usr/local/sbin /usr/sbin /sbin /var/cache/apt /var/lib/apt /var/lib/dpkg"
).split()
"""What managers read, and where programs are that they may start."""


def moves_of(run: RunFacts, layers_in_front: Mapping[int, int], state: Callable[[Instruction], str]) -> Iterator[Move]:
    """The places in front of which an installation could stand, the nearest first; none for any other RUN.

    `layers_in_front` counts, by an instruction's id, the layers of the stage below it; `state` gives the state that an
    instruction finds.
    """
    if not _is_self_contained(run):
        return
    stage = run.stage
    index = next(index for index, each in enumerate(stage.instructions) if each is run.instruction)
    runs = {id(each.instruction): each for each in stage.runs}
    copies = {id(each.instruction): each for each in stage.copies}
    text = run.instruction.code
    while index:
        above, passed = stage.instructions[index - 2] if index > 1 else stage.from_, stage.instructions[index - 1]
        if isinstance(passed, Run):
            can_pass = _passes_run(run, runs[id(passed)])
        elif isinstance(passed, (Copy, Add)):
            can_pass = all(_leaves_managers_alone(each) for each in copy_effects(copies[id(passed)]))
        elif isinstance(passed, (Env, Arg)):
            can_pass = not any(_is_heeded(setting.name.value, text) for setting in passed.settings)
        else:
            can_pass = isinstance(passed, _CHANGES_CONFIG_ONLY)
        if not can_pass:
            return
        index -= 1
        yield Move(layers_in_front[id(passed)], state(passed), above.span.end.offset)


def _is_self_contained(run: RunFacts) -> bool:
    """Whether a RUN only installs packages of the distribution by name, from lists that it fetches itself."""
    if run.shell_kind is not ShellKind.POSIX or run.is_exec_form or run.instruction.heredocs or run.instruction.flags:
        return False
    packages = {id(each.command): each for each in run.package_commands}
    for command in run.commands:
        package = packages.get(id(command))
        if package is None:
            if command.program not in _DONE_IN_PASSING or command.redirects:
                return False
        elif package.manager not in _MANAGERS or not _names_all(package):
            return False
    installs = [each for each in run.package_commands if each.is_install]
    return bool(installs) and all(_brings_lists(each) for each in installs)


def _names_all(command: PackageCommand) -> bool:
    return all(each.is_resolved and not each.is_path for each in command.packages)


def _brings_lists(command: PackageCommand) -> bool:
    """Whether the lists that an installation looks names up in are fetched by its own RUN."""
    if command.manager == "dnf":
        return True
    if command.manager == "apk" and command.has_option("--no-cache", "--update-cache", "-U", "--update"):
        return True
    if command.manager == "apt" and not uses(command):
        return True
    before = [each for each in command.run.package_commands if each.start < command.start]
    return any(each.action is PackageAction.UPDATE and each.manager == command.manager for each in before)


def _passes_run(run: RunFacts, passed: RunFacts) -> bool:
    """Whether an installation finds all it needs without another RUN: one that does nothing to managers' settings."""
    if passed.shell_kind is not ShellKind.POSIX or not passed.commands:
        return False
    packages = {id(each.command): each for each in passed.package_commands}
    for command in passed.commands:
        package = packages.get(id(command))
        if package is None and command.program not in _HARMLESS and command.program:
            return False
        if package and (package.action is PackageAction.UPGRADE or not _names_all(package)):
            return False
    own = {each.manager for each in run.package_commands}
    managers = {each.manager for each in passed.package_commands}
    effects = [each for each in run_effects(passed) if not (each.cache_of in own and each.cache_of in managers)]
    return all(_leaves_managers_alone(each) for each in effects)


def _leaves_managers_alone(effect: Effect) -> bool:
    path = effect.path
    if not is_exact(path) or not path.startswith("/"):
        return False
    return not any(is_below(path, each) or (effect.recursive and is_below(each, path)) for each in _SETTINGS)


def _is_heeded(name: str, text: str) -> bool:
    return _HEEDED.fullmatch(name) is not None or re.search(rf"\$\{{?{re.escape(name)}\b", text) is not None
