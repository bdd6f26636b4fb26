"""Who reads a registry: from the environment, or from what `docker login` has left."""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dfopt.images.errors import RegistryError
from dfopt.images.registry import credential_helpers

if TYPE_CHECKING:
    from collections.abc import Mapping

_USER = "DFOPT_REGISTRY_USER"
_PASSWORD = "DFOPT_REGISTRY_PASSWORD"  # noqa: S105  the variable's name
_DOCKER_HUB_KEY = "https://index.docker.io/v1/"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and a password or token."""

    user: str
    password: str

    @property
    def header(self) -> str:
        """The value of an Authorization header for them."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def __repr__(self) -> str:
        return f"Credentials(user={self.user!r})"


def find_credentials(host: str) -> Credentials | None:
    """DFOPT_REGISTRY_USER and DFOPT_REGISTRY_PASSWORD, or else what Docker's config.json says of the host.

    That is the helper under `credHelpers`, or the one under `credsStore`, and then the entry under `auths`.

    Raises:
        RegistryError: only one of the two variables is set, the file can't be read, or its helper gives no answer.
    """
    user, password = os.environ.get(_USER), os.environ.get(_PASSWORD)
    if user and password:
        return Credentials(user, password)
    if user or password:
        raise RegistryError(f"only one of {_USER} and {_PASSWORD} is set; set both or neither")
    return _from_docker(Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker") / "config.json", host)


def _from_docker(path: Path, host: str) -> Credentials | None:
    try:
        config = json.loads(path.read_bytes())
        entries, helpers, store = config.get("auths") or {}, config.get("credHelpers") or {}, config.get("credsStore")
        entry, helper = _of_host(entries, host), _of_host(helpers, host) or store
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError) as error:
        raise RegistryError(f"can't read the logins in {path}: {error}") from error
    if helper and (login := _from_helper(str(helper), host, path)):
        return login
    if entry is None or not entry.get("auth"):
        return None
    try:
        user, _, password = base64.b64decode(entry["auth"], validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, TypeError) as error:
        raise RegistryError(f"the login for {host} in {path} is damaged; run `docker login {host}` again") from error
    return Credentials(user, password.rstrip("\0"))


def _of_host(entries: Mapping[str, Any], host: str) -> Any:
    """The first entry of a host, under any name that clients give it."""
    keys = [host, f"https://{host}", f"https://{host}/v1/", f"https://{host}/v2/"]
    keys += [_DOCKER_HUB_KEY] if host == "docker.io" else []
    return next((entries[key] for key in keys if entries.get(key)), None)


def _from_helper(helper: str, host: str, path: Path) -> Credentials | None:
    try:
        login = credential_helpers.ask(helper, _DOCKER_HUB_KEY if host == "docker.io" else host)
    except RegistryError as error:
        raise RegistryError(f"{error}; {path} names it. Or set {_USER} and {_PASSWORD}") from error
    return Credentials(*login) if login else None
