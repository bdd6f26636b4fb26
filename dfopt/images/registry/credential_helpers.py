"""Programs that keep logins: `docker-credential-NAME`, which `credHelpers` and `credsStore` in config.json name.

The protocol is that of https://github.com/docker/docker-credential-helpers.
"""

from __future__ import annotations

import json
import re
import subprocess

from dfopt.images.errors import RegistryError

_SECONDS = 30
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_NOT_FOUND = "credentials not found"


def ask(name: str, server: str) -> tuple[str, str] | None:
    """The user and the secret that a helper has for a server; None where it has none.

    Raises:
        RegistryError: it is not installed, does not end within half a minute, fails, or answers with something else.
    """
    program = f"docker-credential-{name}"
    if not _NAME.fullmatch(name):
        raise RegistryError(f"{program!r} can't be the name of a credential helper")
    try:
        done = subprocess.run(
            [program, "get"], input=server.encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RegistryError(f"{program} gave no login for {server} within {_SECONDS} s") from error
    except OSError as error:
        reason = "is not installed" if isinstance(error, FileNotFoundError) else f"can't be run: {error.strerror}"
        raise RegistryError(f"{program}, which has the login for {server}, {reason}") from error
    if done.returncode == 0:
        return _login(program, server, done.stdout)
    told = b" ".join((done.stdout, done.stderr)).decode("utf-8", "replace").strip()
    if _NOT_FOUND in told:
        return None
    raise RegistryError(f"{program} has no login for {server}: {told or f'it ended with status {done.returncode}'}")


def _login(program: str, server: str, answer: bytes) -> tuple[str, str]:
    try:
        document = json.loads(answer)
        user, secret = document["Username"], document["Secret"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RegistryError(f"{program} answered for {server} with something else than a login") from error
    if user == "<token>":
        raise RegistryError(f"{program} has an identity token for {server}, which can't be used here")
    return str(user), str(secret)
