"""Requests to one registry: bounded in size, time, number and place, and repeated where that helps."""

from __future__ import annotations

import email.utils
import queue
import random
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from dfopt.images.errors import RegistryError, RegistryUnreachableError
from dfopt.images.registry.names import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

_ATTEMPTS = 6
_FIRST_DELAY = 0.25  # seconds, doubled from attempt to attempt
_LONGEST_DELAY = 60.0
_LONGEST_ANSWER = 120.0  # seconds for the whole of it
_SILENCE = 30.0  # seconds without a byte
_MOST_REDIRECTS = 5
_LONGEST_COMPLAINT = 200
_PASSING = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a registry, whole.

    Attributes:
        headers: looked up in any case.
        next: the target of its `Link` to a next page, as written; empty without one.
    """

    status: int
    headers: Mapping[str, str]
    challenges: tuple[str, ...]
    next: str
    body: bytes

    @property
    def complaint(self) -> str:
        """What the registry says is wrong, on one printable line."""
        text = self.body.decode("utf-8", "replace")[:_LONGEST_COMPLAINT]
        return "".join(character if character.isprintable() else " " for character in text).strip()


class Transport:
    """Connections to a registry, and to where it sends its readers; closed with the `with` statement.

    What a registry that is reached over HTTPS names (redirects, token services, next pages) must be HTTPS too.

    A client of httpx serves one thread at a time: where threads wait for one client's connections, it can close a
    connection that another thread has just begun to use.
    """

    def __init__(self, url: str, connections: int) -> None:
        try:
            import httpx
        except ModuleNotFoundError as error:
            raise RegistryError("reading a registry needs httpx, so: pip install 'dfopt[registry]'") from error
        self._url = url
        self._uses_environment = not is_loopback(urlsplit(url).netloc)  # no proxy between this machine and itself
        self._tls = httpx.create_ssl_context(trust_env=self._uses_environment)
        self._closed = threading.Event()
        self._clients: list[httpx.Client] = []
        self._idle: queue.LifoQueue[httpx.Client | None] = queue.LifoQueue()
        for _ in range(connections):
            self._idle.put(None)

    def get(self, url: str, headers: Mapping[str, str], *, limit: int) -> Answer:
        """Get a document of at most `limit` bytes, from a URL or a path; what fails in passing is tried again.

        Raises:
            RegistryError: there is no whole answer within the bounds.
            RegistryUnreachableError: no connection can be made.
        """
        import httpx

        url = urljoin(self._url, url)
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = self._get(url, headers, limit)
            except httpx.UnsupportedProtocol as error:
                raise RegistryError(f"can't read {url}: {error}") from error
            except httpx.TransportError as error:
                if attempt == _ATTEMPTS:
                    kind = RegistryUnreachableError if _is_unreachable(error) else RegistryError
                    raise kind(f"no answer for {url}: {str(error) or type(error).__name__}") from error
                self._wait(_delay(attempt))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise RegistryError(f"can't read {url}: {error}") from error
            else:
                if attempt == _ATTEMPTS or answer.status not in _PASSING:
                    return answer
                self._wait(_delay(attempt, answer.headers.get("retry-after")))

    def close(self) -> None:
        """Close all connections, and wait for none that is to be tried again."""
        self._closed.set()
        for client in self._clients:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait(self, seconds: float) -> None:
        if self._closed.wait(seconds):
            raise RegistryError("the connections to the registry were closed")

    def _get(self, url: str, headers: Mapping[str, str], limit: int) -> Answer:
        deadline = time.monotonic() + _LONGEST_ANSWER
        with self._client() as client, client.stream("GET", url, headers=headers) as response:
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > limit:
                    raise RegistryError(f"the answer for {url} has more than {limit} bytes; it was refused")
                if time.monotonic() > deadline:
                    raise RegistryError(f"the answer for {url} took longer than {_LONGEST_ANSWER:g} s; it was refused")
            return Answer(
                status=response.status_code,
                headers=response.headers,
                challenges=tuple(response.headers.get_list("www-authenticate")),
                next=response.links.get("next", {}).get("url", ""),
                body=bytes(body),
            )

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        """A client that nobody else uses meanwhile, the last used one first."""
        client = self._idle.get()
        try:
            client = client or self._new_client()
            yield client
        finally:
            self._idle.put(client)

    def _new_client(self) -> httpx.Client:
        import httpx

        client = httpx.Client(
            verify=self._tls,
            timeout=_SILENCE,
            follow_redirects=True,
            max_redirects=_MOST_REDIRECTS,
            trust_env=self._uses_environment,
            headers={"User-Agent": "dfopt", "Accept-Encoding": "identity"},
            event_hooks={"request": [self._refuse_other_schemes]},
        )
        self._clients.append(client)
        return client

    def _refuse_other_schemes(self, request: httpx.Request) -> None:
        allowed = {"https"} if self._url.startswith("https:") else {"http", "https"}
        if request.url.scheme not in allowed:
            target = f"{request.url.scheme}://{request.url.netloc.decode('ascii', 'replace')}"
            raise RegistryError(f"the registry leads to {target}, which is not {' or '.join(allowed)}; it was refused")


def _is_unreachable(error: httpx.TransportError) -> bool:
    import httpx

    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)


def _delay(attempt: int, retry_after: str | None = None) -> float:
    """Seconds to wait: what the registry asks for, within bounds, or longer each time, spread a little."""
    asked = _seconds(retry_after) if retry_after else None
    if asked is not None:
        return min(max(asked, 0.0), _LONGEST_DELAY)
    return _FIRST_DELAY * (1 << attempt) * random.uniform(0.75, 1.25)  # noqa: S311  not for secrets


def _seconds(retry_after: str) -> float | None:
    """Read a Retry-After header: seconds or a date."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
    except ValueError:
        return None
