"""Paths inside the image: plain strings, absolute where they are known to be."""

import posixpath


def join_path(folder: str | None, path: str) -> str:
    """A path as seen from a folder, made normal; relative where the folder is not known."""
    is_complete = not folder or path.startswith(("/", "$", "~"))
    joined = path if is_complete else f"{folder}/{path}"
    normal = posixpath.normpath(joined) if joined else "."
    return "/" + normal.lstrip("/") if normal.startswith("/") else normal


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder itself or something inside it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def is_exact(path: str) -> bool:
    """Whether a path is absolute and names one thing: no variable, no glob, no command's output."""
    return path.startswith("/") and not any(character in path for character in "$`*?[{")
