"""Trying probes on a running container."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dfopt.images.answers import normalised, normalised_body
from dfopt.images.engines.engine import Container
from dfopt.images.errors import EngineError
from dfopt.images.probes import Exec, Exit, Host, Http, Log, Restart, Tcp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dfopt.images.probes import Probe

_PAUSE_SECONDS = 0.2
_ATTEMPT_SECONDS = 20.0
_QUIET_SECONDS = 0.5
_LONGEST_ANSWER = 1 << 24
_SHOWN = 300
_VOLATILE_HEADERS = frozenset(
    {
        "age",
        "content-length",
        "date",
        "etag",
        "expires",
        "last-modified",
        "set-cookie",
        "x-request-id",
        "x-runtime",
    }
)


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What came of a probe.

    Attributes:
        detail: why it failed; empty when it passed.
        answer: what was answered, with dates, identifiers and the like taken out, so that the answers of two
            containers can be compared.
    """

    name: str
    ok: bool
    detail: str = ""
    answer: str = ""


class _FailedError(Exception):
    """A probe's attempt that failed: why, and what was answered."""

    def __init__(self, detail: str, answer: str = "") -> None:
        super().__init__(detail)
        self.answer = answer


def run_probes(container: Container, probes: Iterable[Probe], *, timeout: float = 30) -> list[ProbeResult]:
    """Try probes in their order, each again and again until it passes.

    Args:
        container: running, or ended for `exit` and `log` probes.
        probes: what to try.
        timeout: seconds that the container has for all of them, counted anew from each restart. After that
            every probe still gets one attempt, and so does each when the container has ended.
    """
    results = []
    deadline = time.monotonic() + timeout
    for probe in probes:
        if isinstance(probe, Restart):
            deadline = time.monotonic() + timeout
        results.append(_try_until(deadline, probe, container))
    return results


def _try_until(deadline: float, probe: Probe, container: Container) -> ProbeResult:
    while True:
        # Asked before the attempt: one that fails just before the container ends says nothing of how it ended.
        state = container.state()
        try:
            return ProbeResult(str(probe), ok=True, answer=_attempt(probe, container))
        except _FailedError as error:
            failure = ProbeResult(str(probe), ok=False, detail=str(error), answer=error.answer)
        except (OSError, EngineError, http.client.HTTPException, subprocess.TimeoutExpired) as error:
            failure = ProbeResult(str(probe), ok=False, detail=f"{error}")
        if not state.running:
            if isinstance(probe, (Exit, Log)):
                return failure
            end = f"the container has ended with status {state.exit_code}"
            return ProbeResult(failure.name, ok=False, detail=f"{end}; {failure.detail}", answer=failure.answer)
        if time.monotonic() > deadline:
            return failure
        time.sleep(_PAUSE_SECONDS)


@singledispatch
def _attempt(probe: Any, container: Container) -> str:
    """Try a probe once; what was answered, normalised."""
    raise TypeError(f"no such probe: {probe!r}, {container!r}")


@_attempt.register
def _(probe: Http, container: Container) -> str:
    url = urlsplit(probe.url)
    host, port = container.address(probe.port)
    if url.scheme == "https":
        trusting = ssl._create_unverified_context()  # noqa: S323, SLF001  a probe asks what is served, not by whom
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=_ATTEMPT_SECONDS, context=trusting
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=_ATTEMPT_SECONDS)
    try:
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        headers = {"Host": url.netloc, **probe.headers}
        connection.request(probe.method, target, body=probe.body.encode() or None, headers=headers)
        response = connection.getresponse()
        body = response.read(_LONGEST_ANSWER)
    finally:
        connection.close()
    kept = sorted((name.lower(), text) for name, text in response.getheaders())
    lines = [f"{name}: {normalised(text)}" for name, text in kept if name not in _VOLATILE_HEADERS]
    answer = "\n".join([str(response.status), *lines, "", normalised_body(body)])
    if response.status != probe.status:
        raise _FailedError(f"status {response.status} instead of {probe.status}", answer)
    for name, wanted in probe.response_headers.items():
        if wanted not in (response.getheader(name) or ""):
            raise _FailedError(f"{name} is {response.getheader(name)!r}, without {wanted!r}", answer)
    _check_contains(probe.contains, body.decode("utf-8", "replace"), answer)
    return answer


@_attempt.register
def _(probe: Tcp, container: Container) -> str:
    with socket.create_connection(container.address(probe.port), timeout=_ATTEMPT_SECONDS) as connection:
        if probe.send:
            connection.sendall(probe.send.encode())
        text = _received(connection, probe)
    _check_contains(probe.contains, text, normalised(text))
    return normalised(text) if probe.contains else "connected"


@_attempt.register
def _(probe: Exec, container: Container) -> str:
    done = container.exec(probe.command, timeout=_ATTEMPT_SECONDS)
    return _check_command(probe, done.code, done.stdout, done.stderr)


@_attempt.register
def _(probe: Host, container: Container) -> str:
    done = subprocess.run(
        probe.command,
        cwd=probe.folder,
        env={**os.environ, "DFOPT_CONTAINER": container.name},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=10 * _ATTEMPT_SECONDS,
        check=False,
    )
    return _check_command(probe, done.returncode, done.stdout, done.stderr)


@_attempt.register
def _(probe: Log, container: Container) -> str:
    for line in container.logs().splitlines():
        if probe.contains in line:
            return normalised(line)
    raise _FailedError(f"no line with {probe.contains!r} in the logs")


@_attempt.register
def _(probe: Restart, container: Container) -> str:
    container.restart()
    if not container.state().running:
        raise _FailedError(f"{probe}: it does not run again")
    return "running"


@_attempt.register
def _(probe: Exit, container: Container) -> str:
    state = container.state()
    if state.running:
        raise _FailedError("it still runs")
    if state.exit_code != probe.status:
        raise _FailedError(f"status {state.exit_code} instead of {probe.status}", f"status {state.exit_code}")
    return f"status {state.exit_code}"


def _received(connection: socket.socket, probe: Tcp) -> str:
    """What the peer sends until all wanted texts are there, or it closes, or keeps quiet for a while.

    A peer that closes at once without a word is no service: where an engine publishes ports, its proxy
    accepts connections also when nothing listens behind it.
    """
    data = b""
    connection.settimeout(_ATTEMPT_SECONDS if probe.contains else _QUIET_SECONDS)
    while len(data) < _LONGEST_ANSWER:
        try:
            chunk = connection.recv(1 << 16)
        except TimeoutError:
            break
        if not chunk and not data:
            raise _FailedError(f"port {probe.port} closes connections at once")
        data += chunk
        text = data.decode("utf-8", "replace")
        if not chunk or all(wanted in text for wanted in probe.contains):
            break
    return data.decode("utf-8", "replace")


def _check_command(probe: Exec | Host, code: int, stdout: bytes, stderr: bytes) -> str:
    text = stdout.decode("utf-8", "replace")
    answer = normalised(f"status {code}\n{text}")
    if code != probe.status:
        said = (stderr.decode("utf-8", "replace").strip() or text.strip())[-_SHOWN:]
        raise _FailedError(f"status {code} instead of {probe.status}: {said}", answer)
    _check_contains(probe.contains, text, answer)
    return answer


def _check_contains(wanted: Iterable[str], text: str, answer: str) -> None:
    for part in wanted:
        if part not in text:
            raise _FailedError(f"{part!r} is not in the answer: {text[:_SHOWN]!r}", answer)
