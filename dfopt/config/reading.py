"""From the tables of a configuration file to a `Config`; every key and value is checked."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeGuard, TypeVar

from dfopt.config.config import Config
from dfopt.config.errors import ConfigError
from dfopt.rules.diagnostic import Severity
from dfopt.rules.registry import UnknownRuleError, all_rules, load, owner_of_code, resolve
from dfopt.rules.settings import OptionValue

Table = Mapping[str, Any]
T = TypeVar("T")


class Reader:
    """Reads the table of one file; `where` names the file and table in errors."""

    def __init__(self, path: Path, where: str) -> None:
        self._path = path
        self._where = where

    def config(self, table: Table, below: Config) -> Config:
        """What the table says on top of the configuration that it extends."""
        self._known_keys(table, (*KEYS, *KEYS_OF_OTHERS), "")
        severities, options = self._rules(self._table(table, "rules", {}))
        slim = self._table(table, "slim", {})
        self._known_keys(slim, SLIM_KEYS, "slim.")
        return Config(
            folder=self._path.parent,
            select=self._names(table, "select", below.select),
            extend_select=(*below.extend_select, *self._names(table, "extend-select", ())),
            ignore=(*below.ignore, *self._names(table, "ignore", ())),
            severities={**below.severities, **severities},
            options={**below.options, **options},
            per_file_ignores={**below.per_file_ignores, **self._per_file(self._table(table, "per-file-ignores", {}))},
            inline_ignores=not self._value(table, "forbid-inline-ignores", bool, not below.inline_ignores),
            keep=(*below.keep, *self._globs(slim, "keep")),
            drop=(*below.drop, *self._globs(slim, "drop")),
        )

    def extended(self, table: Table) -> tuple[Path, ...]:
        """The files that the table extends, the first one lowest."""
        value = table.get("extends", [])
        listed = [value] if isinstance(value, str) else value
        if not _is_list_of_text(listed):
            raise self._error("extends", "must be the path of a file, or a list of paths")
        return tuple([self._path.parent / name for name in listed])

    def _rules(self, table: Table) -> tuple[dict[str, Severity], dict[str, dict[str, OptionValue]]]:
        severities: dict[str, Severity] = {}
        options: dict[str, dict[str, OptionValue]] = {}
        for name, entries in table.items():
            key = f"rules.{name}"
            if not isinstance(entries, dict):
                raise self._error(key, 'must be a table, such as { severity = "error" }')
            ids = self._resolved(key, name)
            if owner := owner_of_code(name):
                raise self._error(key, f"names a single check; what is set holds for all of rules.{owner}")
            for id_ in ids:
                for option, value in entries.items():
                    if option == "severity":
                        severities[id_] = self._severity(key, value)
                    else:
                        options.setdefault(id_, {})[option] = self._option(key, id_, option, value)
        return severities, options

    def _option(self, key: str, rule: str, name: str, value: object) -> OptionValue:
        known = {option.name: option for option in load(all_rules()[rule]).option_list()}
        self._known_keys([name], [*known, "severity"], f"{key}.")
        default: OptionValue = known[name].default
        if isinstance(default, tuple):
            if _is_list_of_text(value):
                return tuple(value)
            raise self._error(f"{key}.{name}", "must be a list of strings")
        return self._of_type(f"{key}.{name}", value, type(default))

    def _per_file(self, table: Table) -> dict[str, tuple[str, ...]]:
        return {pattern: self._names(table, pattern, (), prefix="per-file-ignores.") for pattern in table}

    def _globs(self, table: Table, key: str) -> tuple[str, ...]:
        globs = table.get(key, [])
        if not _is_list_of_text(globs) or not all(glob.startswith("/") for glob in globs):
            raise self._error(f"slim.{key}", 'must be a list of absolute paths or globs, such as ["/usr/share/doc/**"]')
        return tuple(globs)

    def _severity(self, key: str, value: object) -> Severity:
        try:
            return Severity(str(value))
        except ValueError:
            raise self._error(f"{key}.severity", f"must be one of {', '.join(Severity)}, not {value!r}") from None

    def _names(self, table: Table, key: str, default: tuple[str, ...], prefix: str = "") -> tuple[str, ...]:
        names = table.get(key, list(default))
        if not _is_list_of_text(names):
            raise self._error(prefix + key, "must be a list of rules, groups or aliases")
        for name in names:
            self._resolved(prefix + key, name)
        return tuple(names)

    def _resolved(self, key: str, name: str) -> frozenset[str]:
        try:
            return resolve(name)
        except UnknownRuleError as error:
            raise self._error(key, str(error)) from None

    def _table(self, table: Table, key: str, default: Table) -> Table:
        found: dict[str, Any] = self._value(table, key, dict, dict(default))
        return found

    def _value(self, table: Table, key: str, kind: type[T], default: T) -> T:
        return self._of_type(key, table.get(key, default), kind)

    def _of_type(self, key: str, value: object, kind: type[T]) -> T:
        if not isinstance(value, kind) or type(value) is not kind:
            raise self._error(key, f"must be {_KINDS[kind]}, not {value!r}")
        return value

    def _known_keys(self, keys: Iterable[str], known: Iterable[str], prefix: str) -> None:
        listed = list(known)
        for key in keys:
            if key not in listed:
                near = get_close_matches(key, listed, n=1, cutoff=0)
                hint = f"; the nearest key is {near[0]!r}" if near else ""
                raise self._error(prefix + key, f"is no key of the configuration{hint}")

    def _error(self, key: str, what: str) -> ConfigError:
        return ConfigError(f"{self._path}: {self._where}{key} {what}")


KEYS = ("extend-select", "extends", "forbid-inline-ignores", "ignore", "per-file-ignores", "rules", "select", "slim")
SLIM_KEYS = ("drop", "keep")
KEYS_OF_OTHERS = ("probe",)
"""What `slim` and `verify` read from the same files."""

_KINDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    str: "a string",
    dict: "a table",
}


def _is_list_of_text(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
