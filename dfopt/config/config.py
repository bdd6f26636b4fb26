"""`Config`: what a configuration file says, and the settings that follow from it for one file."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from dfopt.cached import cached_property
from dfopt.frozen import frozen
from dfopt.rules.diagnostic import Severity
from dfopt.rules.registry import selected, selected_codes
from dfopt.rules.settings import OptionValue, Settings


@frozen(slots=False)
class Config:
    """The keys of a configuration, with its defaults; severities and options are by rule id.

    `folder` is where the file stands, and what the patterns of `per_file_ignores` are relative to. `keep` and `drop`
    are globs of paths in the slimmed image.
    """

    folder: Path | None = None
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, OptionValue]] = field(default_factory=dict)
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    inline_ignores: bool = True
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()

    def settings(self, path: str) -> Settings:
        """The settings for one file; files with the same settings share one object."""
        names = tuple(
            [name for pattern, names in self.per_file_ignores.items() if self._matches(path, pattern) for name in names]
        )
        if names not in self._settings:
            self._settings[names] = self._made((*self.ignore, *names))
        return self._settings[names]

    def _made(self, ignore: tuple[str, ...]) -> Settings:
        rules = selected(self.select, ignore)
        if self.extend_select:
            rules |= selected(self.extend_select, ignore)
        codes = selected_codes((*self.select, *self.extend_select), ignore)
        options = {**self.options, **{id_: {**self.options.get(id_, {}), **codes[id_]} for id_ in codes}}
        return Settings(rules, self.severities, options, self.inline_ignores)

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
