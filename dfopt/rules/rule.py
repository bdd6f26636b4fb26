"""What a rule is: one class in one file, `dfopt/rules/GROUP/RULE_ID.py`.

A rule says in which things of a file it is interested and gets each of them once, in the one walk that serves all
rules. It reads the model and yields findings; it keeps no state between calls, opens nothing and knows no other rule.

| interest                       | handler                                 | is called for                             |
|--------------------------------|-----------------------------------------|-------------------------------------------|
| `instructions = (Copy, Add)`   | `check_instruction(instruction, model)` | each of them, those of ONBUILD included   |
| `commands = ("apt-get",)`      | `check_command(command, model)`         | each of these programs in RUN scripts     |
| `managers = ("apt", "pip")`    | `check_packages(command, model)`        | each of their commands (`PackageCommand`) |
| `problems = ("unknown-flag",)` | `check_problem(problem, model)`         | each problem of that code in the tree     |
|                                | `check_stage(stage, model)`             | each stage                                |
|                                | `check_file(model)`                     | the file                                  |
|                                | `check_ignore(ignore, model)`           | each ignore that silenced nothing         |

A rule with `check_stage` or `check_file` may state interests too: where none of them occurs in a file, it is not asked.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, overload

from dfopt.frozen import frozen
from dfopt.rules.diagnostic import Cost, Fix, Safety, Severity
from dfopt.syntax.nodes import Instruction
from dfopt.syntax.positions import Span

INTERESTS = {
    "instructions": "check_instruction",
    "commands": "check_command",
    "managers": "check_packages",
    "problems": "check_problem",
}
"""What a rule can be interested in, and the handler that gets it."""

HANDLERS = frozenset({*INTERESTS.values(), "check_stage", "check_file", "check_ignore"})


class HasSpan(Protocol):
    """A node of the tree."""

    @property
    def span(self) -> Span: ...


class HasOffsets(Protocol):
    """A command, a word, a package: what has the bytes of the file that it starts at and ends before."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


Place = Span | HasSpan | HasOffsets
"""What a finding can be about."""

T = TypeVar("T", bound=bool | int | str | tuple[str, ...])

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class RuleError(TypeError):
    """A rule that can't be registered; the message names it and says what to change."""


@frozen()
class Finding:
    """What a rule yields: `message` says what is wrong `at` a place.

    Messages and helps start with a small letter and have no full stop at the end. `help` says what to do, where the
    rule's own does not fit. `aliases` are further names of this very finding, beside those of the rule; `severity` is
    set where it is not that of the rule.
    """

    at: Place
    message: str
    help: str = ""
    cost: Cost | None = None
    fix: Fix | None = None
    aliases: tuple[str, ...] = ()
    severity: Severity | None = None


class Option(Generic[T]):
    """A setting of a rule: a class attribute, read as `self.NAME`, set as `name-with-dashes` in the configuration."""

    def __init__(self, default: T, description: str) -> None:
        self.default = default
        self.description = description
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.replace("_", "-")

    @overload
    def __get__(self, rule: None, owner: type) -> Self: ...

    @overload
    def __get__(self, rule: "Rule", owner: type) -> T: ...

    def __get__(self, rule: "Rule | None", owner: type) -> Self | T:
        return self if rule is None else rule.options.get(self.name, self.default)


class Rule:
    """What all rules share.

    The docstring is the rule's page: its first line the summary, then Markdown with the sections `## What it does`,
    `## Why is this bad`, `## Example` (a block of ```dockerfile that is reported and, where that is possible, one that
    is not) and, for a rule with a fix, `## Fix safety`, which argues why the image does the same or says how it may
    differ.
    """

    id: ClassVar[str]
    """A slug that explains itself; its file has the same name with underscores."""
    aliases: ClassVar[tuple[str, ...]] = ()
    """The names that hadolint and BuildKit have for it."""
    codes: ClassVar[str] = ""
    """A pattern of the names of single findings, such as `SC[0-9]{4}`, which they have as further aliases.

    Such a rule has the options `only` and `without`, which are set where codes are selected and ignored.
    """
    severity: ClassVar[Severity] = Severity.WARNING
    help: ClassVar[str] = ""
    """What to do about a finding."""
    fix_safety: ClassVar[Safety | None] = None
    """The safety of its fixes, that of the least safe one where they differ; None where it has none."""
    default: ClassVar[bool] = True
    """Whether it is on where nothing is selected."""
    url: ClassVar[str] = ""
    """The page of a rule that is not dfopt's own."""

    instructions: ClassVar[tuple[type[Instruction], ...]] = ()
    commands: ClassVar[tuple[str, ...]] = ()
    managers: ClassVar[tuple[str, ...]] = ()
    problems: ClassVar[tuple[str, ...]] = ()

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self.options = options or {}

    def __init_subclass__(cls) -> None:
        handlers = {name for name in dir(cls) if name.startswith("check")}
        if wrong := sorted(handlers - HANDLERS):
            raise RuleError(f"{_where(cls)}: {wrong[0]} is no handler; the handlers are {', '.join(sorted(HANDLERS))}")
        if "id" not in cls.__dict__:
            return
        if not _ID.fullmatch(cls.id):
            raise RuleError(f"{_where(cls)}: the id {cls.id!r} is no slug; use small letters, digits and single dashes")
        if not handlers:
            raise RuleError(f"{_where(cls)}: the rule has no handler; give it one of {', '.join(sorted(HANDLERS))}")
        for interest, handler in INTERESTS.items():
            if handler in handlers and not getattr(cls, interest):
                raise RuleError(f"{_where(cls)}: {handler} is never called; say in `{interest}` what it is for")

    @classmethod
    def option_list(cls) -> tuple[Option[Any], ...]:
        """Its options by name."""
        found = (getattr(cls, name) for name in dir(cls))
        return tuple([each for each in found if isinstance(each, Option)])


def _where(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"
