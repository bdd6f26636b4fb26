"""What an image's configuration says of the containers made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Healthcheck:
    """A health check; durations are in seconds, 0 where the engine's own default holds.

    Attributes:
        test: `("CMD", argv…)`, `("CMD-SHELL", script)` or `("NONE",)`.
    """

    test: tuple[str, ...]
    interval: float = 0
    timeout: float = 0
    start_period: float = 0
    retries: int = 0

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Self:
        """Read the `Healthcheck` object of an image's configuration, where durations are nanoseconds."""
        return cls(
            test=_words(data.get("Test")),
            interval=(data.get("Interval") or 0) / _NANOSECONDS,
            timeout=(data.get("Timeout") or 0) / _NANOSECONDS,
            start_period=(data.get("StartPeriod") or 0) / _NANOSECONDS,
            retries=data.get("Retries") or 0,
        )


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """The effective configuration of an image.

    Attributes:
        env: variables in the order in which the image sets them.
        entrypoint: the program in front of the command; empty when the image has none.
        workdir: `/` when the image names none.
        user: as written (`name`, `uid`, `name:group`…), empty for root.
        exposed_ports: port and protocol (`80/tcp`), sorted.
        volumes: paths, sorted.
        stop_signal: as written, empty for the engine's default.
        shell: empty for the engine's default.
    """

    env: Mapping[str, str]
    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]
    workdir: str
    user: str
    exposed_ports: tuple[str, ...]
    volumes: tuple[str, ...]
    labels: Mapping[str, str]
    healthcheck: Healthcheck | None
    stop_signal: str
    shell: tuple[str, ...]
    onbuild: tuple[str, ...]
    os: str
    architecture: str

    @classmethod
    def parse(cls, data: Mapping[str, Any], *, os: str, architecture: str) -> Self:
        """Read the `config` object of an image's configuration, which engines show as `Config`."""
        healthcheck = data.get("Healthcheck")
        return cls(
            env=dict(_variable(setting) for setting in data.get("Env") or ()),
            entrypoint=_words(data.get("Entrypoint")),
            cmd=_words(data.get("Cmd")),
            workdir=data.get("WorkingDir") or "/",
            user=data.get("User") or "",
            exposed_ports=tuple(sorted(data.get("ExposedPorts") or ())),
            volumes=tuple(sorted(data.get("Volumes") or ())),
            labels=dict(data.get("Labels") or {}),
            healthcheck=Healthcheck.parse(healthcheck) if healthcheck else None,
            stop_signal=data.get("StopSignal") or "",
            shell=_words(data.get("Shell")),
            onbuild=_words(data.get("OnBuild")),
            os=os,
            architecture=architecture,
        )


def _variable(setting: str) -> tuple[str, str]:
    name, _, value = setting.partition("=")
    return name, value


def _words(value: Any) -> tuple[str, ...]:
    return tuple(value or ())
