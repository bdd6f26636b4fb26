"""What the image of a FROM sets for the containers made from it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from dfopt.knowledge.configs import image_facts
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
    facts = image_facts(reference)
    if facts is None:
        return None
    env = {name: value.replace("{PATH}", DEFAULT_PATH) for name, value in facts.environment.items()}
    env = {"PATH": DEFAULT_PATH, **env}
    check = facts.healthcheck
    config = Config(
        complete=True,
        env=env,
        variables=env,
        user=facts.user,
        workdir=facts.workdir,
        shell=facts.shell,
        entrypoint=facts.entrypoint,
        cmd=facts.cmd,
        exposed=facts.exposed,
        volumes=facts.volumes,
        labels=facts.labels,
        healthcheck=Healthcheck(tuple(check["test"]), check["options"]) if check else None,
        stopsignal=facts.stopsignal,
    )
    return BaseConfig(config, facts.unstated)


def _healthcheck(image: "ImageConfig") -> Healthcheck | None:
    check = image.healthcheck
    if check is None or not check.test:
        return None
    options = {flag: f"{value:g}s" for flag, name in _SECONDS.items() if (value := getattr(check, name))}
    if check.retries:
        options["retries"] = str(check.retries)
    return Healthcheck(check.test, options)
