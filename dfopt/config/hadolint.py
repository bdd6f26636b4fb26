"""hadolint's configuration file, `.hadolint.yaml`, as far as dfopt has what it names."""

from pathlib import Path
from typing import Any

from dfopt.config.config import Config
from dfopt.config.errors import ConfigError
from dfopt.rules.diagnostic import Severity
from dfopt.rules.registry import UnknownRuleError, owner_of_code, resolve
from dfopt.rules.settings import OptionValue

_SEVERITIES = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "style": Severity.HINT,
}
_LABEL_RULES = {
    "text": "label-empty",
    "url": "label-not-url",
    "semver": "label-not-version",
    "hash": "label-not-revision",
    "rfc3339": "label-not-date",
    "spdx": "label-not-license",
    "email": "label-not-email",
}
"""By hadolint's type of a label, the rule that looks at its value."""


def read_hadolint(path: Path) -> Config:
    """What hadolint is told to ignore and to trust, its severities and labels, whether inline ignores count.

    Raises ConfigError.

    Names of rules that dfopt does not have are passed over, as are keys for what dfopt has no counterpart of.
    """
    table = _load(path)
    override = table.get("override") or {}
    return Config(
        folder=path.parent,
        ignore=tuple([name for name in _listed(table.get("ignored")) if _ids(name)]),
        severities={
            id_: severity
            for level, severity in _SEVERITIES.items()
            for name in _listed(override.get(level))
            for id_ in _ids(name)
            if not owner_of_code(name)
        },
        options=_options(table),
        inline_ignores=not table.get("disable-ignore-pragma", False),
    )


def _options(table: dict[str, Any]) -> dict[str, dict[str, OptionValue]]:
    """The options of rules that stand for `trustedRegistries`, `label-schema` and `strict-labels`."""
    found: dict[str, dict[str, OptionValue]] = {}
    if registries := _listed(table.get("trustedRegistries")):
        found["registry-not-trusted"] = {"registries": tuple(registries)}
    schema = table.get("label-schema")
    if not isinstance(schema, dict) or not schema:
        return found
    for kind, rule in _LABEL_RULES.items():
        if labels := [str(label) for label, its_kind in schema.items() if its_kind == kind]:
            found[rule] = {"labels": tuple(labels)}
    every = tuple(map(str, schema))
    found["label-missing"] = {"labels": every}
    if table.get("strict-labels") is True:
        found["label-unexpected"] = {"labels": every}
    return found


def _load(path: Path) -> dict[str, Any]:
    try:
        import yaml  # type: ignore[import-untyped]
    except ImportError as error:
        raise ConfigError(f"{path}: needs PyYAML; install dfopt[hadolint]") from error
    try:
        table = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: can't be read: {error}") from error
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: must be a mapping, as hadolint's configuration is")
    return table


def _listed(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _ids(name: str) -> frozenset[str]:
    try:
        return resolve(name)
    except UnknownRuleError:
        return frozenset()
