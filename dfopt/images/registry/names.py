"""What users call a registry, its repositories and its images, and where the registry's API is for that."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Self

from dfopt.images.errors import RegistryError

# https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_PART}(?:/{_PART})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_LONGEST_REPOSITORY = 255
_TARGET = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<host>\[[0-9a-fA-F:.]+\](?::\d+)?|[A-Za-z0-9.-]+(?::\d+)?)"
    r"(?:/(?P<repository>[^:@]*)(?::(?P<tag>[^:@/]+))?(?:@(?P<digest>[^@]+))?)?/?"
)
_DOCKER_HUB = "docker.io"
_DOCKER_HUB_API = "registry-1.docker.io"


@dataclass(frozen=True, slots=True)
class Target:
    """What of a registry is asked for: all of it, one repository, or one image of a repository.

    Attributes:
        host: the registry, with its port, as users write it.
        url: where its API is, without a slash at the end.
        repository: empty for all that the registry's catalogue names.
        reference: a tag or a digest; empty for all tags.
    """

    host: str
    url: str
    repository: str = ""
    reference: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `[SCHEME://]HOST[:PORT][/REPOSITORY[:TAG][@DIGEST]]`; without a scheme, loopback hosts get plain HTTP.

        Raises:
            RegistryError: the text is of another form.
        """
        match = _TARGET.fullmatch(text)
        if match is None:
            raise RegistryError(f"{text!r} is not of the form HOST[:PORT][/REPOSITORY[:TAG]]")
        host, repository = match["host"], match["repository"] or ""
        repository = repository.rstrip("/")
        reference = match["digest"] or match["tag"] or ""
        if repository and not is_repository(repository):
            raise RegistryError(f"{repository!r} in {text!r} can't be a repository; they are in lower case")
        if reference and not (repository and (is_tag(reference) or is_digest(reference))):
            raise RegistryError(f"{reference!r} in {text!r} is neither a tag nor a digest of a repository")
        scheme = match["scheme"] or ("http" if is_loopback(host) else "https")
        if host == _DOCKER_HUB and repository and "/" not in repository:
            repository = f"library/{repository}"
        return cls(host, f"{scheme}://{_DOCKER_HUB_API if host == _DOCKER_HUB else host}", repository, reference)


def is_repository(name: str) -> bool:
    """Whether a name is one that the specification allows for a repository."""
    return len(name) <= _LONGEST_REPOSITORY and _REPOSITORY.fullmatch(name) is not None


def is_tag(name: str) -> bool:
    """Whether a name is one that the specification allows for a tag."""
    return _TAG.fullmatch(name) is not None


def is_digest(text: str) -> bool:
    """Whether a text is a digest of a kind that can be checked here."""
    return _DIGEST.fullmatch(text) is not None


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this machine."""
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def full_name(host: str, repository: str, reference: str) -> str:
    """The name of an image, as `docker pull` takes it."""
    return f"{host}/{repository}{'@' if is_digest(reference) else ':'}{reference}"
