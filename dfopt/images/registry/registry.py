"""A registry: what it lists, and its documents about images. Layers are never fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from dfopt.images.errors import RegistryError, RegistryMissingError
from dfopt.images.registry.documents import (
    ACCEPTED,
    LARGEST_DOCUMENT,
    digest_of,
    read_configuration,
    read_manifest,
    read_names,
    verify,
)
from dfopt.images.registry.login import Login
from dfopt.images.registry.names import is_digest, is_repository, is_tag
from dfopt.images.registry.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dfopt.images.registry.documents import Configuration, Descriptor, Index, Manifest
    from dfopt.images.registry.names import Target
    from dfopt.images.registry.transport import Answer

_PAGE = 1000  # names
_MOST_PAGES = 10_000
_CATALOGUE_SCOPE = "registry:catalog:*"


class Registry:
    """A registry that speaks https://github.com/opencontainers/distribution-spec, version 2; good for many threads.

    Logs in with what `find_credentials` finds, when the registry asks for it. Every method that reads raises
    `RegistryError` with what the registry, or its answer, lacks.

    Args:
        target: which registry; its repository and reference play no part.
        connections: at most so many at once.
    """

    def __init__(self, target: Target, *, connections: int) -> None:
        self.host = target.host
        self._url = target.url
        self._transport = Transport(target.url, connections)
        self._login = Login(target.host, self._transport)

    def repositories(self) -> Iterator[str]:
        """The names in the registry's catalogue, as its pages come."""
        yield from self._listed("/v2/_catalog", "repositories", _CATALOGUE_SCOPE, is_repository)

    def tags(self, repository: str) -> Iterator[str]:
        """The tags of a repository, as the pages come."""
        yield from self._listed(f"/v2/{repository}/tags/list", "tags", _scope(repository), is_tag)

    def manifest(self, repository: str, reference: str, *, unless: str = "") -> Manifest | Index | None:
        """What a tag or a digest names; None where that is still what has the digest `unless`."""
        headers = {"Accept": ACCEPTED}
        if unless:
            headers["If-None-Match"] = f'"{unless}"'
        answer = self._get(f"/v2/{repository}/manifests/{reference}", _scope(repository), headers)
        if answer.status == 304 and unless:
            return None
        _check(answer)
        digest = reference if is_digest(reference) else _announced(answer)
        verify(answer.body, digest)
        return None if digest == unless else read_manifest(answer.body, digest)

    def configuration(self, repository: str, descriptor: Descriptor) -> Configuration:
        """The configuration that a manifest names."""
        if descriptor.size > LARGEST_DOCUMENT:
            raise RegistryError(f"the configuration has {descriptor.size} bytes, too many for one; it was refused")
        answer = self._get(f"/v2/{repository}/blobs/{descriptor.digest}", _scope(repository), {})
        _check(answer)
        verify(answer.body, descriptor.digest)
        return read_configuration(answer.body)

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _listed(self, path: str, key: str, scope: str, is_name: Callable[[str], bool]) -> Iterator[str]:
        url = f"{path}?n={_PAGE}"
        for _ in range(_MOST_PAGES):
            answer = self._get(url, scope, {})
            _check(answer)
            for name in read_names(answer.body, key):
                if not is_name(name):
                    raise RegistryError(f"the registry lists {name[:80]!r} among its {key}, which can't be one")
                yield name
            if not answer.next:
                return
            url = self._next_page(url, answer.next)
        raise RegistryError(f"the registry's list of {key} has more than {_MOST_PAGES} pages; it was left there")

    def _next_page(self, url: str, link: str) -> str:
        current = urljoin(self._url, url)
        following = urljoin(current, link)
        if urlsplit(following).netloc != urlsplit(self._url).netloc:
            raise RegistryError(f"the registry's next page is on another host, {urlsplit(following).netloc!r}")
        if following == current:
            raise RegistryError("the registry's next page is the same page again")
        return following

    def _get(self, url: str, scope: str, headers: dict[str, str]) -> Answer:
        sent = self._login.header(scope)
        answer = self._transport.get(url, _with_login(headers, sent), limit=LARGEST_DOCUMENT)
        if answer.status != 401:
            return answer
        renewed = self._login.renewed(scope, sent, answer.challenges)
        return self._transport.get(url, _with_login(headers, renewed), limit=LARGEST_DOCUMENT)


def _scope(repository: str) -> str:
    return f"repository:{repository}:pull"


def _with_login(headers: dict[str, str], login: str | None) -> dict[str, str]:
    return {**headers, "Authorization": login} if login else headers


def _announced(answer: Answer) -> str:
    """The digest that the registry gives with the answer, or else that of the answer itself."""
    announced = answer.headers.get("docker-content-digest", "")
    if announced and not is_digest(announced):
        raise RegistryError(f"the registry names the manifest {announced[:80]!r}, which is no digest")
    return announced or digest_of(answer.body)


def _check(answer: Answer) -> None:
    if answer.status == 200:
        return
    said = f"status {answer.status} {answer.complaint}".rstrip()
    if answer.status == 404:
        raise RegistryMissingError(f"it is not there: {said}")
    if answer.status in {401, 403}:
        raise RegistryError(f"the login is not good for it: {said}")
    raise RegistryError(f"the registry refuses: {said}")
