"""What is known about the rules without importing them, kept in the user's cache folder.

Importing a hundred modules costs more than checking a file, so a run imports only the rules that its files give
something to say.
"""

import json
import sys
from binascii import crc32
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_cache_path

from dfopt.rules.stamp import PACKAGE, stamp

GROUPS = ("size", "base", "cache", "process", "security", "correctness", "upkeep")

OwnRules = Sequence[tuple[str, str]]
"""Group and module name of each of dfopt's own rules."""


class Index(NamedTuple):
    """The rows of dfopt's own rules, and the modules that other packages' entry points name."""

    rules: Sequence[Sequence[object]]
    plugins: Sequence[str]


def read_index(make_rows: Callable[[OwnRules], Sequence[Sequence[object]]]) -> Index:
    """The index, made by `make_rows` from the rules themselves where no fresh one is kept."""
    kept = user_cache_path("dfopt") / f"rules-{sys.implementation.cache_tag}-{crc32(PACKAGE.encode()):08x}.json"
    try:
        old_stamp, rules, plugins = json.loads(kept.read_bytes())
        if old_stamp == stamp():
            return Index(rules, plugins)
    except (OSError, ValueError):
        pass
    index = Index(make_rows(own_rules()), _plugins())
    _keep(kept, json.dumps([stamp(), *index]))
    return index


def own_rules() -> list[tuple[str, str]]:
    """The files of dfopt's own rules."""
    folder = Path(__file__).parent
    return [
        (group, path.stem)
        for group in GROUPS
        for path in sorted((folder / group).glob("*.py"))
        if not path.name.startswith("_")
    ]


def _plugins() -> list[str]:
    from importlib.metadata import entry_points

    return sorted({point.value for point in entry_points(group="dfopt.rules")})


def _keep(path: Path, text: str) -> None:
    """Write the file whole or not at all; where it can't be written, each run makes its own index."""
    import tempfile

    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            fresh = Path(folder) / path.name
            fresh.write_text(text, "utf-8")
            fresh.replace(path)
