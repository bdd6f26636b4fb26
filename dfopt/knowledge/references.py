"""Image references: ``[registry/]repository[:tag][@digest]`` taken apart.

The grammar is the one of the distribution project: the first component names a registry when it holds a dot
or a colon or is ``localhost``; without a registry it is Docker Hub, whose official images live in
``library/``.
"""

import re
from functools import lru_cache

from dfopt.frozen import frozen

DOCKER_HUB = "docker.io"

_HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_REGISTRY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")


@frozen()
class Reference:
    """One image reference. ``repository`` is complete: ``node`` is ``library/node`` on ``docker.io``."""

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @property
    def name(self) -> str:
        """The name without tag and digest as people write it: ``node``, ``bitnami/redis``, ``quay.io/x``."""
        if self.registry != DOCKER_HUB:
            return f"{self.registry}/{self.repository}"
        return self.repository.removeprefix("library/")

    def with_tag(self, tag: str) -> "Reference":
        """The same repository at another tag, its digest dropped."""
        return Reference(self.registry, self.repository, tag)

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.name}{tag}{digest}"


@lru_cache(1024)
def parse_reference(text: str) -> Reference | None:
    """Take a reference apart; None when it is not one (a variable left in it, capitals, blanks…)."""
    rest, at, digest = text.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        return None
    name, tag = _split_tag(rest)
    if tag is not None and not _TAG.fullmatch(tag):
        return None
    registry, path = _split_registry(name)
    if not _REGISTRY.fullmatch(registry) or not _PATH.fullmatch(path):
        return None
    if registry in _HUB_HOSTS:
        registry = DOCKER_HUB
        path = path if "/" in path else f"library/{path}"
    return Reference(registry, path, tag, digest if at else None)


def _split_tag(text: str) -> tuple[str, str | None]:
    name, colon, tag = text.rpartition(":")
    if not colon or "/" in tag:
        return text, None
    return name, tag


def _split_registry(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return first, rest
    return DOCKER_HUB, name
