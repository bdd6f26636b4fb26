"""Releases named where packages are asked for without a version."""

import re
from collections.abc import Callable

from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.pins import listed
from dfopt.syntax.edits import Edit

_PLAIN = re.compile(r"""(?P<quote>["']?)[\w@./-]+?(?:\[[\w,-]+\])?(?P<latest>@latest)?(?P=quote)""")


def name_releases(command: PackageCommand, operator: str, release: Callable[[Package], str | None]) -> Fix | None:
    """The fix that names, for each package of a command, the release it gets; None unless all are known."""
    edits = []
    named = []
    for package in command.packages:
        plain = _PLAIN.fullmatch(package.word.text) if package.version in (None, "latest") else None
        version = release(package) if plain and package.word.is_static else None
        if plain is None or version is None:
            return None
        end = package.end - len(plain["quote"])
        edits.append(Edit(end - len(plain["latest"] or ""), end, f"{operator}{version}"))
        named.append(f"{package.name} {version}")
    return Fix(Safety.UNSAFE, f"name the release, {listed(named)}", tuple(edits)) if edits else None
