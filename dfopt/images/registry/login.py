"""Answers to a registry's demand to log in: basic authentication, and tokens for each repository.

The exchange is that of https://distribution.github.io/distribution/spec/auth/token/.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from dfopt.images.errors import RegistryError
from dfopt.images.registry.credentials import find_credentials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dfopt.images.registry.credentials import Credentials
    from dfopt.images.registry.transport import Transport

_LARGEST_TOKEN = 1 << 20
_CHALLENGE = re.compile(r"\s*(?P<scheme>[A-Za-z]+)(?:\s+(?P<parameters>.*))?", re.DOTALL)
_PARAMETER = re.compile(r'([A-Za-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


@dataclass(frozen=True, slots=True)
class Challenge:
    """A registry's demand to log in: the scheme in lower case, and its parameters."""

    scheme: str
    parameters: Mapping[str, str]

    @classmethod
    def parse(cls, header: str) -> Challenge:
        """Read a WWW-Authenticate header."""
        match = _CHALLENGE.match(header)
        if match is None:
            return cls("", {})
        found = _PARAMETER.findall(match["parameters"] or "")
        return cls(match["scheme"].lower(), {name.lower(): quoted or plain for name, quoted, plain in found})


class Login:
    """The Authorization headers for one registry, made when it first asks for them and kept by scope.

    Credentials are looked up once, and not before they are needed.
    """

    def __init__(self, host: str, transport: Transport) -> None:
        self._host = host
        self._found: Credentials | RegistryError | None = None
        self._is_found = False
        self._transport = transport
        self._headers: dict[str, str] = {}
        self._lock = threading.Lock()

    def header(self, scope: str) -> str | None:
        """What to send with a request for a scope, as far as is known."""
        return self._headers.get(scope)

    def renewed(self, scope: str, refused: str | None, challenges: Sequence[str]) -> str:
        """What to send after a request with the header `refused` was turned down with these challenges.

        Raises:
            RegistryError: there are no credentials, they can't be read, or they are not good for it.
        """
        with self._lock:
            current = self._headers.get(scope)
            if current is None or current == refused:
                current = self._answer(scope, [Challenge.parse(header) for header in challenges], refused)
                self._headers[scope] = current
            return current

    def _answer(self, scope: str, challenges: Sequence[Challenge], refused: str | None) -> str:
        for challenge in challenges:
            if challenge.scheme == "bearer":
                return "Bearer " + self._token(challenge.parameters, scope)
            if challenge.scheme == "basic":
                credentials = self._credentials()
                if credentials is None or credentials.header == refused:
                    raise RegistryError(_advice(self._host, credentials))
                return credentials.header
        raise RegistryError(f"{self._host} wants a login of a kind that is not known here")

    def _token(self, parameters: Mapping[str, str], scope: str) -> str:
        realm = parameters.get("realm", "")
        asked = {"service": parameters.get("service", ""), "scope": parameters.get("scope") or scope}
        url = f"{realm}{'&' if urlsplit(realm).query else '?'}{urlencode(asked)}"
        credentials = self._credentials()
        headers = {"Authorization": credentials.header} if credentials else {}
        answer = self._transport.get(url, headers, limit=_LARGEST_TOKEN)
        if answer.status in {401, 403}:
            raise RegistryError(_advice(self._host, credentials))
        try:
            document = json.loads(answer.body)
            token = document.get("token") or document.get("access_token")
        except (ValueError, AttributeError, RecursionError):
            token = None
        if answer.status != 200 or not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise RegistryError(f"{realm} gave no token for {self._host}: status {answer.status} {answer.complaint}")
        return token

    def _credentials(self) -> Credentials | None:
        """What was found at the first call, or what was wrong then; for holders of the lock."""
        if not self._is_found:
            self._is_found = True
            try:
                self._found = find_credentials(self._host)
            except RegistryError as error:
                self._found = error
        if isinstance(self._found, RegistryError):
            raise RegistryError(str(self._found)) from self._found
        return self._found


def _advice(host: str, credentials: Credentials | None) -> str:
    if credentials:
        return f"{host} does not let {credentials.user} read this"
    return f"{host} wants a login: set DFOPT_REGISTRY_USER and DFOPT_REGISTRY_PASSWORD, or run `docker login {host}`"
