"""The configuration of a file: the nearest one in its folder and those above."""

import os
from functools import cache
from pathlib import Path
from typing import Any

from dfopt.config.config import Config
from dfopt.config.errors import ConfigError

_HADOLINT = (".yaml", ".yml")


def config_for(folder: str) -> Config:
    """The nearest configuration of a folder, the defaults where there is none; raises ConfigError."""
    found = _nearest(os.path.abspath(folder))  # noqa: PTH100 - pathlib is slow where thousands of folders are asked for
    return read_config(found) if found else _defaults()


def forget() -> None:
    """Read configurations anew when they are next asked for, as a program that goes on running must."""
    read_config.cache_clear()
    _nearest.cache_clear()


@cache
def _defaults() -> Config:
    return Config()


@cache
def read_config(path: Path) -> Config:
    """The configuration in a file, with those that it extends below it; raises ConfigError."""
    return _read(path, ())


def _read(path: Path, extending: tuple[Path, ...]) -> Config:
    if path in extending:
        raise ConfigError(f"{path}: extends itself, by {', '.join(map(str, extending))}; take one of them out")
    if path.suffix in _HADOLINT:
        from dfopt.config.hadolint import read_hadolint

        return read_hadolint(path)
    from dfopt.config.reading import Reader

    table, where = _table(path)
    reader = Reader(path, where)
    below = Config()
    for extended in reader.extended(table):
        below = _stacked(below, _read(extended.resolve(), (*extending, path)))
    return reader.config(table, below)


def _stacked(below: Config, above: Config) -> Config:
    return Config(
        folder=above.folder,
        select=above.select or below.select,
        extend_select=(*below.extend_select, *above.extend_select),
        ignore=(*below.ignore, *above.ignore),
        severities={**below.severities, **above.severities},
        options={**below.options, **above.options},
        per_file_ignores={**below.per_file_ignores, **above.per_file_ignores},
        inline_ignores=below.inline_ignores and above.inline_ignores,
        keep=(*below.keep, *above.keep),
        drop=(*below.drop, *above.drop),
    )


def _table(path: Path) -> tuple[dict[str, Any], str]:
    import tomllib

    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {(error.strerror or str(error)).lower()}; mend the path") from error
    except ValueError as error:
        raise ConfigError(f"{path}: is no TOML: {error}") from error
    if path.name != "pyproject.toml":
        return table, ""
    tool = table.get("tool")
    section = tool.get("dfopt", {}) if isinstance(tool, dict) else {}
    if not isinstance(section, dict):
        raise ConfigError(f"{path}: tool.dfopt must be a table")
    return section, "tool.dfopt."


@cache
def _nearest(folder: str) -> Path | None:
    own = os.path.join(folder, "dfopt.toml")  # noqa: PTH118
    if os.path.exists(own):  # noqa: PTH110
        return Path(own)
    project = os.path.join(folder, "pyproject.toml")  # noqa: PTH118
    if os.path.exists(project) and _is_configuration(Path(project)):  # noqa: PTH110
        return Path(project)
    parent = os.path.dirname(folder)  # noqa: PTH120
    return _nearest(parent) if parent != folder else None


def _is_configuration(project: Path) -> bool:
    """Whether a pyproject.toml has a table for dfopt; one that can't be read is another tool's concern."""
    import tomllib

    try:
        return "dfopt" in tomllib.loads(project.read_text("utf-8")).get("tool", {})
    except (OSError, ValueError):
        return False
