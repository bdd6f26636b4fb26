"""Files that a command fetches and that are of no use once another one has used them."""

import posixpath
import re

from dfopt.model.effects import Effect, EffectKind
from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.paths import UNKNOWN_FOLDER, is_exact
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import clean_after

FETCHERS = ("curl", "wget")

_PLAIN = re.compile(r"[\w./][\w./+@-]*")


def takes_away(effect: Effect, fetched: Effect) -> bool:
    """Whether an effect deletes or moves a fetched file, or may do so: by a pattern, or by a path that is not known."""
    command = effect.command
    if effect.kind not in (EffectKind.DELETE, EffectKind.MOVE) or command is None or effect.cache_of:
        return False
    if fetched.command and command.start < fetched.command.start:
        return False
    if effect.covers(fetched.path) or effect.path.rpartition("/")[2] == fetched.path.rpartition("/")[2]:
        return True
    return not is_exact(effect.path) or not is_exact(fetched.path) or fetched.path.startswith(UNKNOWN_FOLDER)


def delete_after(fetched: Effect, user: Invocation, title: str, model: Model) -> Fix | None:
    """Delete a fetched file behind the command of the same RUN that uses it; None where the file is named again."""
    name = fetched.path.rpartition("/")[2].encode()
    if not fetched.certain or user.run.instruction is not fetched.by or name in model.data[user.end :]:
        return None
    path = _seen_from(user, fetched.path)
    return clean_after(user, f"rm {path}", title, Safety.SAFE) if path and _PLAIN.fullmatch(path) else None


def _seen_from(command: Invocation, path: str) -> str | None:
    """A path as a command has to write it; None where that can't be told."""
    if path.startswith("/"):
        return path
    cwd = command.cwd
    if cwd is None or cwd.startswith(("/", UNKNOWN_FOLDER)) or path.startswith(UNKNOWN_FOLDER):
        return None
    return posixpath.relpath(path, cwd)
