"""hadolint's configuration file, `.hadolint.yaml`, as far as dfopt has what it names."""

from pathlib import Path
from typing import Any

from dfopt.config.config import Config
from dfopt.config.errors import ConfigError
from dfopt.rules.diagnostic import Severity
from dfopt.rules.registry import UnknownRuleError, resolve

_SEVERITIES = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "style": Severity.HINT,
}


def read_hadolint(path: Path) -> Config:
    """What hadolint is told to ignore, its severities, and whether inline ignores count; raises ConfigError.

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
        },
        inline_ignores=not table.get("disable-ignore-pragma", False),
    )


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
