"""The rule `copy-before-package-install`."""

from collections.abc import Iterator

from dfopt.model.copies import CopyFacts, SourceKind
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import insert_before, remove
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.installed import SYSTEM_MANAGERS
from dfopt.syntax.nodes import Add, Cmd, Copy, Entrypoint, Expose, Instruction, Label, Volume, Workdir

_EVERYTHING = frozenset({".", "./", "*", "./*", "/"})
_TOOLS = frozenset(
    ": echo export groupadd ldconfig ln locale-gen mkdir rm set true update-ca-certificates useradd".split()
)
_PASSED = (Add, Cmd, Copy, Entrypoint, Expose, Label, Volume, Workdir)
"""Instructions that the installation of packages by their names does not depend on."""


class CopyBeforePackageInstall(Rule):
    """All sources are copied before the distribution's packages are installed.

    ## What it does

    Reports a COPY or ADD of the whole build context that stands in front of a RUN which does nothing but install
    packages of the distribution (apt, apk, dnf, yum, zypper, pacman) by their names.

    ## Why is this bad

    Each change to any file of the context makes the layer of the COPY new, and with it the RUN: all packages are
    fetched and installed again, though they don't depend on the sources.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    COPY . /src
    RUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*
    COPY . /src
    ```

    ## Fix safety

    Unsafe: the RUN is moved above the COPY, where only instructions stand between them that packages don't depend on.
    Files of the context that a package brings too then overwrite the package's.
    """

    id = "copy-before-package-install"
    help = "put the RUN above it"
    fix_safety = Safety.UNSAFE
    instructions = (Add, Copy)
    managers = SYSTEM_MANAGERS

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        copy = next((each for each in stage.copies if not each.is_trigger and _copies_everything(each)), None)
        if copy is None:
            return
        below = (run for run in stage.runs if run.instruction.span.start > copy.instruction.span.start)
        if run := next((each for each in below if not each.is_trigger and _only_installs(each, copy)), None):
            tool, line = run.package_commands[0].tool, run.instruction.span.start.line
            message = f"each change to any source makes {tool} in line {line} run again"
            yield Finding(copy.instruction, message, fix=_fix(stage, copy.instruction, run.instruction))


def _copies_everything(copy: CopyFacts) -> bool:
    is_wide = any(each.kind is SourceKind.CONTEXT and each.text in _EVERYTHING for each in copy.sources)
    return is_wide and copy.from_ is None and copy.destination not in ("/", "/etc")


def _only_installs(run: RunFacts, copy: CopyFacts) -> bool:
    """Whether a RUN installs packages by their names and does nothing that the copied files may matter for."""
    commands = run.package_commands
    installs = [each for each in commands if each.is_install]
    if not installs or any(mount.type == "bind" for mount in run.mounts):
        return False
    if any(each.manager not in SYSTEM_MANAGERS or not _is_by_name(each) for each in commands):
        return False
    known = {id(each.command) for each in commands}
    others = [each for each in run.commands if id(each) not in known]
    if not all(each.program in _TOOLS or not each.program for each in others):
        return False
    return not any(copy.destination in word.value for each in run.commands for word in each.arguments)


def _fix(stage: Stage, copy: Instruction, run: Instruction) -> Fix | None:
    order = [id(each) for each in stage.instructions]
    between = stage.instructions[order.index(id(copy)) + 1 : order.index(id(run))]
    if not all(isinstance(each, _PASSED) for each in between) or run.heredocs or run.head.comments:
        return None
    removal = remove(run)
    if removal is None:
        return None
    text = stage.model.data[run.span.start.offset : run.span.end.offset].decode("utf-8", "surrogateescape")
    edits = (*removal, *insert_before(stage.model.tree, copy, text))
    return Fix(Safety.UNSAFE, "put the RUN above it", edits, frozenset({Change.INSTRUCTIONS}))


def _is_by_name(command: PackageCommand) -> bool:
    """Whether a command takes no names from elsewhere, such as those that xargs reads from a file."""
    if command.is_install and (not command.packages or command.command.outer.program == "xargs"):
        return False
    return all(package.is_resolved and not package.is_path for package in command.packages)
