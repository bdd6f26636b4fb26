"""Paths inside the image: plain strings, normal, absolute unless they start in the external base's working directory.

What can't be told is kept in them: `$name` for a variable, `?/` in front where the folder is not known.
"""

import posixpath


def join_path(folder: str | None, path: str) -> str:
    """A path as seen from a folder, made normal; relative where the folder is not known."""
    is_complete = not folder or path.startswith(("/", "$", "~"))
    joined = path if is_complete else f"{folder}/{path}"
    if joined and joined[0] != "." and joined[-1] != "/" and "//" not in joined and "/." not in joined:
        return joined  # most are normal as they stand
    normal = posixpath.normpath(joined) if joined else "."
    return "/" + normal.lstrip("/") if normal.startswith("/") else normal


UNKNOWN_FOLDER = "?"


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder itself or something inside it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def is_exact(path: str) -> bool:
    """Whether a path names one thing: no variable, no glob, no command's output, no folder that can't be told."""
    return not any(character in path for character in "$`*?[{~")
