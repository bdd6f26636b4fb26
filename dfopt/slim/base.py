"""What the image of a FROM sets for the containers made from it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Self

from dfopt.knowledge.bases import Base, identify
from dfopt.model import DEFAULT_PATH, Config
from dfopt.model.config import Healthcheck

if TYPE_CHECKING:
    from dfopt.images import ImageConfig

_SECONDS = {"interval": "interval", "timeout": "timeout", "start-period": "start_period"}


@dataclass(frozen=True, slots=True)
class BaseConfig:
    """The configuration that a stage starts with.

    `config` has what is known of it; `unstated` names variables whose values are not known, as they differ from version
    to version.
    """

    config: Config
    unstated: frozenset[str] = field(default=frozenset())

    @classmethod
    def of_image(cls, image: "ImageConfig") -> Self:
        """The configuration that an engine reports."""
        env = {"PATH": DEFAULT_PATH, **image.env}
        return cls(
            Config(
                complete=True,
                env=env,
                variables=env,
                user=image.user or None,
                workdir=image.workdir,
                shell=image.shell or None,
                entrypoint=image.entrypoint or None,
                cmd=image.cmd or None,
                exposed=image.exposed_ports,
                volumes=image.volumes,
                labels=image.labels,
                healthcheck=_healthcheck(image),
                stopsignal=image.stop_signal or None,
            )
        )


def known_base(reference: str) -> BaseConfig | None:
    """The configuration of a well-known image; None for all others."""
    base = identify(reference)
    if base is None or base.is_windows:
        return None
    records = _records()
    is_distribution = base.image in records["distribution"]["images"]
    record = records["distribution"] if is_distribution else records.get(base.image)
    if record is None or not _is_covered(base.version, record.get("since", "0")):
        return None
    return _read(base, record)


def _is_covered(version: str | None, since: str) -> bool:
    """Whether a version is not before another one; a part of a version (`7`) means the newest of its kind."""
    numbers, first = ([int(part) for part in re.findall(r"[0-9]+", text)] for text in (version or "", since))
    return next((number > other for number, other in zip(numbers, first, strict=False) if number != other), True)


def _read(base: Base, record: Mapping[str, Any]) -> BaseConfig:
    words = (base.reference.tag or "").split("-")
    parts = [record, *(part for word, part in record.get("when", {}).items() if word in words)]
    merged: dict[str, Any] = {}
    env = {"PATH": "{PATH}"}
    for part in parts:
        merged.update(part)
        env.update(part.get("env", {}))
    variables = {name: value.replace("{PATH}", DEFAULT_PATH) for name, value in env.items()}
    user = merged.get("user", base.user)
    config = Config(
        complete=True,
        env=variables,
        variables=variables,
        user=None if user == "root" else user,
        workdir=merged.get("workdir", "/"),
        entrypoint=_words(merged, "entrypoint"),
        cmd=_words(merged, "cmd"),
        exposed=tuple(merged.get("exposed", ())),
        volumes=tuple(merged.get("volumes", ())),
        stopsignal=merged.get("stopsignal"),
    )
    return BaseConfig(config, frozenset(merged.get("versions", ())))


def _words(record: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    return tuple(record[key]) if key in record else None


def _healthcheck(image: "ImageConfig") -> Healthcheck | None:
    check = image.healthcheck
    if check is None or not check.test:
        return None
    options = {flag: f"{value:g}s" for flag, name in _SECONDS.items() if (value := getattr(check, name))}
    if check.retries:
        options["retries"] = str(check.retries)
    return Healthcheck(check.test, options)


@cache
def _records() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("base-configs.toml").read_text("utf-8"))
