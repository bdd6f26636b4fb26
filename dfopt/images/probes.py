"""Probes: what a container must do, as data. `probing.run_probes` tries them."""

from __future__ import annotations

import difflib
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import SplitResult, urlsplit

from dfopt.images.errors import ProbeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dfopt.images.config import ImageConfig

_NOTHING: Mapping[str, str] = MappingProxyType({})


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ProbeError("must be a string")
    return value


def _url(value: object) -> str:
    url = urlsplit(_text(value))
    if url.scheme not in {"http", "https"} or not url.hostname or not _has_valid_port(url):
        raise ProbeError("must be a URL such as http://localhost:8080/path")
    return url.geturl()


def _has_valid_port(url: SplitResult) -> bool:
    try:
        return url.port != 0
    except ValueError:
        return False


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ProbeError("must be a whole number")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ProbeError("must be a string or a list of strings")
    return tuple(value)


def _argv(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise ProbeError('must be a list of strings, the program first (["sh", "-c", "…"] for a shell)')
    return tuple(value)


def _pairs(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise ProbeError("must be a table of strings")
    return MappingProxyType(value)


def _key(read: Callable[[object], Any], default: Any = MISSING) -> Any:
    """A field that a key of the probe's table sets, and how its value is read."""
    if default is _NOTHING:
        return field(default_factory=lambda: _NOTHING, metadata={"read": read})
    return field(default=default, metadata={"read": read})


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """An HTTP request; redirects are not followed and certificates not checked.

    Attributes:
        url: with `localhost` and the port inside the container, wherever that is published.
        status: what the answer must have.
        response_headers: texts that these headers of the answer must contain.
        contains: texts that the answer's body must contain.
    """

    kind: ClassVar[str] = "http"
    name: str = _key(_text, "")
    url: str = _key(_url)
    method: str = _key(_text, "GET")
    headers: Mapping[str, str] = _key(_pairs, _NOTHING)
    body: str = _key(_text, "")
    status: int = _key(_integer, 200)
    response_headers: Mapping[str, str] = _key(_pairs, _NOTHING)
    contains: tuple[str, ...] = _key(_texts, ())

    @property
    def port(self) -> int:
        """The port that must be reachable."""
        url = urlsplit(self.url)
        return url.port or (443 if url.scheme == "https" else 80)

    def __str__(self) -> str:
        return self.name or f"{self.method} {self.url}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tcp:
    """A TCP connection that must be accepted and kept, and may have to answer with certain texts."""

    kind: ClassVar[str] = "tcp"
    name: str = _key(_text, "")
    port: int = _key(_integer)
    send: str = _key(_text, "")
    contains: tuple[str, ...] = _key(_texts, ())

    def __str__(self) -> str:
        return self.name or f"connect to port {self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exec:
    """A command run inside the container, with the exit status and the output that it must have."""

    kind: ClassVar[str] = "exec"
    name: str = _key(_text, "")
    command: tuple[str, ...] = _key(_argv)
    status: int = _key(_integer, 0)
    contains: tuple[str, ...] = _key(_texts, ())

    def __str__(self) -> str:
        return self.name or " ".join(self.command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A command run on this host by its user, in the folder of the file that names it.

    It finds the container's name in the variable DFOPT_CONTAINER. Only a configuration file of the user's own
    may hold such a probe.
    """

    kind: ClassVar[str] = "host"
    name: str = _key(_text, "")
    command: tuple[str, ...] = _key(_argv)
    status: int = _key(_integer, 0)
    contains: tuple[str, ...] = _key(_texts, ())
    folder: Path = field(default=Path(), metadata={})

    def __str__(self) -> str:
        return self.name or " ".join(self.command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A text that a line of the container's log must contain."""

    kind: ClassVar[str] = "log"
    name: str = _key(_text, "")
    contains: str = _key(_text)

    def __str__(self) -> str:
        return self.name or f"logs {self.contains!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """A restart, after which the container must run again; the probes behind it see what it has kept."""

    kind: ClassVar[str] = "restart"
    name: str = _key(_text, "")

    def __str__(self) -> str:
        return self.name or "restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """The end of the container by itself, with the status that it must have."""

    kind: ClassVar[str] = "exit"
    name: str = _key(_text, "")
    status: int = _key(_integer, 0)

    def __str__(self) -> str:
        return self.name or f"ends with status {self.status}"


Probe = Http | Tcp | Exec | Host | Log | Restart | Exit

_KINDS: Mapping[str, type[Probe]] = {kind.kind: kind for kind in (Http, Tcp, Exec, Host, Log, Restart, Exit)}


def parse_probes(tables: Iterable[Mapping[str, Any]], *, folder: Path = Path()) -> list[Probe]:
    """Read the `[[probe]]` tables of a configuration file.

    Args:
        tables: as a TOML reader gives them.
        folder: where the file lies, for the commands of `host` probes.

    Raises:
        ProbeError: a kind or key is unknown (the nearest known one is named) or missing, or a value is wrong.
    """
    probes = []
    for number, table in enumerate(tables, start=1):
        try:
            probes.append(_parse(table, folder))
        except ProbeError as error:
            label = f"probe {number} ({table['name']})" if "name" in table else f"probe {number}"
            raise ProbeError(f"{label}: {error}") from error
    return probes


def default_probes(config: ImageConfig) -> list[Probe]:
    """What an image says of itself: its TCP ports are open, and then its health check passes."""
    ports = (port.partition("/") for port in config.exposed_ports)
    probes: list[Probe] = [
        Tcp(port=int(number)) for number, _, protocol in ports if protocol in {"", "tcp"} and number.isdigit()
    ]
    test = config.healthcheck.test if config.healthcheck else ()
    if test[:1] == ("CMD",):
        probes.append(Exec(name="health check", command=test[1:]))
    elif test[:1] == ("CMD-SHELL",):
        shell = config.shell or ("/bin/sh", "-c")
        probes.append(Exec(name="health check", command=(*shell, *test[1:])))
    return probes


def _parse(table: Mapping[str, Any], folder: Path) -> Probe:
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ProbeError(f"its kind is one of {', '.join(_KINDS)}{_nearest(kind, _KINDS)}")
    keys = {key.name: key for key in fields(_KINDS[kind]) if "read" in key.metadata}
    for name in table:
        if name not in keys and name != "kind":
            raise ProbeError(f"{kind} has no key {name!r}{_nearest(name, keys)}")
    for name, key in keys.items():
        if name not in table and _is_required(key):
            raise ProbeError(f"{kind} needs the key {name!r}")
    values = {name: _read(name, keys[name], value) for name, value in table.items() if name != "kind"}
    probe = _KINDS[kind](**values)
    return replace(probe, folder=folder) if isinstance(probe, Host) else probe


def _is_required(key: Field[Any]) -> bool:
    return key.default is MISSING and key.default_factory is MISSING


def _read(name: str, key: Field[Any], value: object) -> Any:
    try:
        return key.metadata["read"](value)
    except ProbeError as error:
        raise ProbeError(f"{name} {error}") from error


def _nearest(name: object, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(name), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
