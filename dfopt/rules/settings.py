"""What a run checks: which rules are on, how severe they are, and their options."""

from collections.abc import Mapping
from dataclasses import field

from dfopt.frozen import frozen
from dfopt.rules.diagnostic import Severity
from dfopt.rules.registry import selected

OptionValue = bool | int | str | tuple[str, ...]


@frozen(eq=False)
class Settings:
    """The settings for one file; `rules` are ids.

    `severities` and `options` are by rule id, options by their name in the configuration.
    """

    rules: frozenset[str] = field(default_factory=lambda: selected((), ()))
    severities: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, OptionValue]] = field(default_factory=dict)
    inline_ignores: bool = True
