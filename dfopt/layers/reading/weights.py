"""What a RUN writes, as far as it can be known without a build."""

from collections.abc import Iterator

from dfopt.layers.fleet import Basis
from dfopt.layers.recipes import Install, Weight
from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.packages import PackageCommand
from dfopt.model.paths import is_below
from dfopt.model.runs import RunFacts
from dfopt.rules.shared.leftovers import leftovers
from dfopt.rules.shared.lists_of_apt import LISTS, updates

WRITES_NOTHING = frozenset(
    "[ [[ : apt-mark cd command exit export false getent grep hash id ln ls mkdir pwd read readonly return rm rmdir set"
    " shopt sleep test true trap type ulimit umask uname unlink unset wait which".split()
)
"""Programs and words of the shell that write no bytes of files, or only take away what their own RUN wrote."""

WRITES_LITTLE = frozenset(
    "a2disconf a2dismod a2dissite a2enconf a2enmod a2ensite addgroup adduser chpasswd chsh debconf-set-selections"
    " dpkg-divert groupadd groupmod passwd touch useradd usermod".split()
)
"""Programs that write a few kilobytes: an estimate of no bytes."""

_CACHES = ("/var/lib/apt/lists", "/var/cache", "/var/log", "/tmp", "/var/tmp", "/root/.cache")  # noqa: S108
_REPEATS = frozenset(("echo", "printf"))
_OWNERSHIP = frozenset(("chgrp", "chmod", "chown"))


def weight_of(run: RunFacts, rewritten: int | None) -> Weight:
    """The weight of a RUN's layer.

    `rewritten` are the bytes of files below that it gives another mode or owner; None where these are not known.
    """
    commands = run.commands
    if not commands or rewritten is None:
        return Weight(is_known=False)
    packages = {id(each.command): each for each in run.package_commands}
    parts = [_weight(command, packages.get(id(command))) for command in commands]
    if any(part is None for part in parts):
        return Weight(is_known=False)
    known = [part for part in parts if part is not None]
    if any(part.installs for part in known) and any(_removes_files(each) for each in commands):
        return Weight(is_known=False)
    written = sum(part.bytes for part in known) + rewritten
    return Weight(
        bytes=written,
        basis=Basis.ESTIMATE if any(part.basis for part in known) or rewritten else None,
        installs=tuple([install for part in known for install in part.installs]),
        lists=any(part.lists for part in known),
    )


def _weight(command: Invocation, package: PackageCommand | None) -> Weight | None:
    """The weight of one command; None where it is not known."""
    if package:
        return _weight_of_packages(package)
    if command.program in _REPEATS:
        return _weight_of_text(command)
    if any(each.operator.startswith((">", "&>")) and _is_file(each.target) for each in command.redirects):
        return None
    if command.program in WRITES_NOTHING or command.program in _OWNERSHIP or not command.program:
        return Weight()
    is_little = command.program in WRITES_LITTLE or _edits_settings(command)
    return Weight(basis=Basis.ESTIMATE) if is_little else None


def _removes_files(command: Invocation) -> bool:
    """Whether a command takes away what an installation may have brought: anything but caches."""
    if command.program not in ("rm", "unlink"):
        return False
    return not all(any(is_below(command.path(word), each) for each in _CACHES) for word in command.operands)


def _edits_settings(command: Invocation) -> bool:
    paths = [word.value for word in command.operands if word.value.startswith("/")]
    return command.program == "sed" and bool(paths) and all(is_below(path, "/etc") for path in paths)


def _weight_of_text(command: Invocation) -> Weight | None:
    """`echo` and `printf` write their own words, if anywhere into a file."""
    if "|" in (command.connector or "") or all(word.is_static for word in command.arguments):
        written = [each for each in command.redirects if each.operator.startswith(">") and _is_file(each.target)]
        size = sum(len(word.value) + 1 for word in command.arguments) if written else 0
        return Weight(bytes=size, basis=Basis.ESTIMATE if written else None)
    return None


def _is_file(target: object) -> bool:
    return not getattr(target, "value", "").startswith("/dev/")


def _weight_of_packages(command: PackageCommand) -> Weight | None:
    if command.command.is_conditional:
        return None
    if command.action is PackageAction.CLEAN:
        return Weight()
    if command.manager != "apt":
        return None
    if updates(command):
        return Weight(lists=any(effect.path == LISTS for effect in leftovers(command)))
    if command.is_install:
        return _weight_of_install(command)
    return None


def _weight_of_install(command: PackageCommand) -> Weight | None:
    packages = command.packages
    is_clear = packages and all(each.is_resolved and not each.is_path and "*" not in each.name for each in packages)
    if not is_clear or command.has_option("-t", "--target-release", "--default-release", "-d", "--download-only"):
        return None
    lean = "--no-install-recommends"
    no_recommends = command.has_option(lean) or any(_turns_off(value) for value in _settings(command))
    install = Install(
        names=tuple(sorted({each.name for each in packages})),
        recommends=not no_recommends,
        is_pinned=any(each.version for each in packages),
    )
    return Weight(installs=(install,))


def _settings(command: PackageCommand) -> Iterator[str]:
    yield from (word.value for word in command.command.option_values("-o", "--option"))


def _turns_off(setting: str) -> bool:
    name, _, value = setting.partition("=")
    return name.strip().lower() == "apt::install-recommends" and value.strip("\"' ").lower() in ("0", "false", "no")
