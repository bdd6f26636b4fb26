"""`Config`: what a configuration file says, and the settings that follow from it for one file."""

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path

from dfopt.frozen import frozen
from dfopt.rules.diagnostic import Severity
from dfopt.rules.registry import selected
from dfopt.rules.settings import OptionValue, Settings


@frozen(slots=False)
class Config:
    """The keys of a configuration, with its defaults; severities and options are by rule id.

    `folder` is where the file stands, and what the patterns of `per_file_ignores` are relative to.
    """

    folder: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, OptionValue]] = field(default_factory=dict)
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    inline_ignores: bool = True

    def settings(self, path: str) -> Settings:
        """The settings for one file; files with the same settings share one object."""
        names = tuple(
            [name for pattern, names in self.per_file_ignores.items() if self._matches(path, pattern) for name in names]
        )
        if names not in self._settings:
            rules = selected(self.select, (*self.ignore, *names))
            self._settings[names] = Settings(rules, self.severities, self.options, self.inline_ignores)
        return self._settings[names]

    @cached_property
    def _settings(self) -> dict[tuple[str, ...], Settings]:
        return {}

    def _matches(self, path: str, pattern: str) -> bool:
        from pathspec import GitIgnoreSpec

        absolute = Path(path).absolute()
        folder = self.folder or Path.cwd()
        return absolute.is_relative_to(folder) and GitIgnoreSpec.from_lines([pattern]).match_file(
            absolute.relative_to(folder).as_posix()
        )
