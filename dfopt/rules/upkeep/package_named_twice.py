"""The rule `package-named-twice`."""

from collections.abc import Iterator

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.model.stages import Stage
from dfopt.rules.chains import delete_word
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule

_FROM_ELSEWHERE = frozenset(
    "-t --target-release --default-release --reinstall --enablerepo --repo --repoid --from -X --repository --root"
    " --installroot --virtual".split()
)
_ADDS_A_SOURCE = (b"sources.list", b"add-apt-repository", b"/etc/apk/repositories", b"yum.repos.d", b"addrepo", b" ar ")
_FORGETS = (PackageAction.REMOVE, PackageAction.UPGRADE)


class PackageNamedTwice(Rule):
    """A package is installed that is there already.

    ## What it does

    Reports packages of apt, apk, dnf, yum and zypper that the same command, or an earlier one of the same stage,
    has installed. Left alone are conditional commands, packages from another repository or of another architecture,
    and all that comes after packages were removed or upgraded, or in a file that adds repositories.

    ## Why is this bad

    It does nothing, and whoever removes the package from one list wonders why it is still there.

    ## Example

    ```dockerfile
    FROM alpine:3.21
    RUN apk add --no-cache curl~8.11 git~2.47 curl~8.11
    ```

    ```dockerfile
    FROM alpine:3.21
    RUN apk add --no-cache curl~8.11 git~2.47
    ```

    ## Fix safety

    Safe: a package that is installed is not installed again. There is no fix where it is the only one of its command.
    """

    id = "package-named-twice"
    severity = Severity.INFO
    help = "name each package once"
    fix_safety = Safety.SAFE
    managers = ("apt", "apk", "dnf", "zypper")

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        adds_sources = any(sign in model.data for sign in _ADDS_A_SOURCE)
        known: dict[tuple[str, str], PackageCommand] = {}
        for command in stage.package_commands:
            if command.manager not in self.managers:
                continue
            if command.action in _FORGETS:
                known.clear()
            elif command.action is PackageAction.INSTALL and _is_plain(command):
                yield from _repeated(command, known, adds_sources=adds_sources)


def _is_plain(command: PackageCommand) -> bool:
    invocation = command.command
    options = {word.value.partition("=")[0] for word in invocation.arguments if word.value.startswith("-")}
    return not (invocation.is_conditional or invocation.context) and _FROM_ELSEWHERE.isdisjoint(options)


def _repeated(
    command: PackageCommand, known: dict[tuple[str, str], PackageCommand], *, adds_sources: bool
) -> Iterator[Finding]:
    here: set[str] = set()
    repeated: list[tuple[Package, str]] = []
    for package in command.packages:
        text = package.word.value
        if not package.word.is_static or package.is_path:
            continue
        first = known.setdefault((command.manager, text), command)
        if text in here:
            repeated.append((package, "in the same command"))
        elif first is not command and not adds_sources:
            repeated.append((package, f"in line {first.run.instruction.span.start.line}"))
        here.add(text)
    leaves_some = len(repeated) < len(command.packages)
    for package, where in repeated:
        fix = _fix(command, package) if leaves_some else None
        yield Finding(package, f"{package.name} is installed {where} already", fix=fix)


def _fix(command: PackageCommand, package: Package) -> Fix | None:
    edits = delete_word(command.command, package.word)
    return Fix(Safety.SAFE, f"take {package.name} out", edits, frozenset({Change.PACKAGES})) if edits else None
