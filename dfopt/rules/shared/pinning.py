"""Releases named where packages are asked for without a version."""

import re
from collections.abc import Callable, Iterable

from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.pins import listed
from dfopt.syntax.commands import Context
from dfopt.syntax.edits import Edit

_PLAIN = re.compile(r"""(?P<quote>["']?)[\w@./+-]+?(?:\[[\w,-]+\])?(?P<latest>@latest)?(?P=quote)""")


def name_releases(packages: Iterable[Package], operator: str, release: Callable[[Package], str | None]) -> Fix | None:
    """The fix that names, for each of these packages, the release it gets; None unless all are known."""
    edits = []
    named = []
    for package in packages:
        plain = _PLAIN.fullmatch(package.word.text) if package.version in (None, "latest") else None
        version = release(package) if plain and package.word.is_static else None
        if plain is None or version is None:
            return None
        end = package.end - len(plain["quote"])
        edits.append(Edit(end - len(plain["latest"] or ""), end, f"{operator}{version}"))
        named.append(f"{package.name} {version}")
    return Fix(Safety.UNSAFE, f"name the release, {listed(named)}", tuple(edits)) if edits else None


def bound_releases(
    command: PackageCommand,
    operator: str,
    is_pinned: Callable[[Package], bool],
    newest: Callable[[Package], str | None],
) -> Fix | None:
    """The fix that admits, for each package of a command without a version, no release newer than its newest one.

    None unless all of them are known, and where more than one shell reads the command: `<` must stay in quotes.
    """
    edits = []
    named = []
    for package in command.packages:
        if is_pinned(package):
            continue
        plain = _PLAIN.fullmatch(package.word.text) if package.version is None and package.word.is_static else None
        version = newest(package) if plain else None
        if plain is None or version is None or not (plain["quote"] or _is_read_once(command)):
            return None
        quote = "" if plain["quote"] else '"'
        edits += [Edit(package.start, package.start, quote)] if quote else []
        end = package.end - len(plain["quote"])
        edits.append(Edit(end, end, f"{operator}{version}{quote}"))
        named.append(f"{package.name} {version}")
    return Fix(Safety.UNSAFE, f"admit nothing newer than {listed(named)}", tuple(edits)) if edits else None


def _is_read_once(command: PackageCommand) -> bool:
    """Whether the shell of its RUN is the only one that reads a command."""
    contexts = command.command.context
    shell = command.run.shell or ()
    return Context.SCRIPT not in contexts and Context.SUBSTITUTION not in contexts and "run" not in shell
