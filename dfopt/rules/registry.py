"""All rules: dfopt's own by their files, those of other packages by the entry points `dfopt.rules`.

What is known about a rule without importing it is its `RuleInfo`; `load` imports it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from dfopt.rules.index import OwnRules, read_index

if TYPE_CHECKING:
    import re
    from types import ModuleType

    from dfopt.rules.rule import Rule

ALL = "ALL"
"""The name of all rules together."""

_PAGES = "https://github.com/dfopt/dfopt/blob/main/docs/rules"


class RegistrationError(ValueError):
    """Rules that can't stand side by side, or an entry point that has none."""


class UnknownRuleError(ValueError):
    """A name that no rule, group or alias has."""


class RuleInfo(NamedTuple):
    """What a rule says of itself; all fields are plain data, so that they can be kept."""

    id: str
    aliases: tuple[str, ...]
    group: str
    severity: str
    summary: str
    help: str
    url: str
    fix_safety: str | None
    default: bool
    codes: str
    module: str
    class_name: str
    handlers: tuple[str, ...]
    instructions: tuple[str, ...]
    commands: tuple[str, ...]
    managers: tuple[str, ...]
    problems: tuple[str, ...]


def load(info: RuleInfo) -> "type[Rule]":
    """The class of a rule."""
    found: type[Rule] = getattr(import_module(info.module), info.class_name)
    return found


@cache
def all_rules() -> Mapping[str, RuleInfo]:
    """All rules by id, in the order of their ids; raises RegistrationError."""
    index = read_index(_rows)
    infos = [_info(row) for row in index.rules]
    for value in index.plugins:
        infos += _plugin_rules(value)
    infos.sort()
    _refuse_duplicates(infos)
    return {info.id: info for info in infos}


def resolve(name: str) -> frozenset[str]:
    """The ids of the rules that an id, alias, code, group or ALL names, in any letter case; raises UnknownRuleError."""
    found = _names().get(name.casefold())
    if owner := owner_of_code(name):
        found = (found or frozenset()) | {owner}
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(name.casefold(), _names(), n=1)
        hint = f"; did you mean {_spelling(near[0])}?" if near else "; `dfopt rules` lists them"
        raise UnknownRuleError(f"no rule, group or alias is called {name!r}{hint}") from None
    return found


def owner_of_code(name: str) -> str | None:
    """The id of the rule that has single findings of that name."""
    return next((id_ for pattern, id_ in _codes() if pattern.fullmatch(name)), None)


def selected(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """The ids of the rules that are on; where `select` is empty, those that are on by default are selected."""
    chosen = {id_ for name in select for id_ in resolve(name)}
    if not chosen:
        chosen = {info.id for info in all_rules().values() if info.default}
    return frozenset(chosen.difference(*(resolve(name) - {owner_of_code(name)} for name in ignore)))


def selected_codes(select: Iterable[str], ignore: Iterable[str]) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The options `only` and `without` of the rules of which single codes are selected or ignored, by rule id."""
    chosen, left_out = list(select), list(ignore)
    whole = {id_ for name in chosen if not owner_of_code(name) for id_ in resolve(name)}
    found: defaultdict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for option, names in (("only", chosen), ("without", left_out)):
        for name in names:
            owner = owner_of_code(name)
            if owner and not (option == "only" and owner in whole):
                found[owner][option] = (*found[owner].get(option, ()), name.upper())
    return found


@cache
def _names() -> Mapping[str, frozenset[str]]:
    names: defaultdict[str, set[str]] = defaultdict(set)
    for info in all_rules().values():
        for name in (info.id, info.group, ALL, *info.aliases):
            names[name.casefold()].add(info.id)
    return {name: frozenset(ids) for name, ids in names.items()}


@cache
def _codes() -> list[tuple["re.Pattern[str]", str]]:
    import re

    return [(re.compile(info.codes, re.IGNORECASE), info.id) for info in all_rules().values() if info.codes]


def _spelling(name: str) -> str:
    aliases = [alias for info in all_rules().values() for alias in info.aliases]
    return next((alias for alias in (*aliases, ALL) if alias.casefold() == name), name)


def _refuse_duplicates(infos: Iterable[RuleInfo]) -> None:
    """Several rules may share an alias, as other tools' rules may be several here; all other names are of one rule."""
    owners: dict[str, RuleInfo] = {}
    for info in infos:
        other = owners.setdefault(info.id, info)
        if other is not info:
            raise RegistrationError(f"{info.module} and {other.module} both have a rule called {info.id}")
    for info in infos:
        for name in (info.group, *info.aliases):
            if taken := owners.get(name.casefold()):
                what = "the group" if name is info.group else "the alias"
                raise RegistrationError(f"{taken.module} has a rule called like {what} {name} of {info.module}")


def _info(row: Iterable[object]) -> RuleInfo:
    return RuleInfo(*(tuple(field) if isinstance(field, list) else field for field in row))  # type: ignore[arg-type]


def _rows(files: OwnRules) -> list[RuleInfo]:
    found = []
    for group, name in files:
        module = import_module(f"dfopt.rules.{group}.{name}")
        infos = list(_rules_of(module))
        if [info.id.replace("-", "_") for info in infos] != [name]:
            ids = ", ".join(info.id for info in infos) or "none"
            raise RegistrationError(
                f"{module.__file__} must have one rule, called {name.replace('_', '-')}; it has {ids}"
            )
        found += infos
    return found


def _plugin_rules(value: str) -> list[RuleInfo]:
    """The rules of the module or package that an entry point names."""
    from pkgutil import walk_packages

    module = import_module(value)
    modules = [module]
    if hasattr(module, "__path__"):
        modules += [import_module(each.name) for each in walk_packages(module.__path__, f"{value}.")]
    infos = [info for each in modules for info in _rules_of(each)]
    if not infos:
        raise RegistrationError(f"the entry point {value} has no rules; name the module or package that defines them")
    return infos


def _rules_of(module: "ModuleType") -> Iterable[RuleInfo]:
    from dfopt.rules.rule import HANDLERS, Rule

    for cls in vars(module).values():
        if not (isinstance(cls, type) and issubclass(cls, Rule) and cls.__module__ == module.__name__):
            continue
        if "id" not in vars(cls):
            continue
        package = module.__name__.rpartition(".")[0] or module.__name__
        own = package.startswith("dfopt.rules.")
        yield RuleInfo(
            id=cls.id,
            aliases=cls.aliases,
            group=package.rpartition(".")[2],
            severity=cls.severity.value,
            summary=(cls.__doc__ or "").partition("\n")[0].rstrip("."),
            help=cls.help,
            url=f"{_PAGES}/{cls.id}.md" if own else cls.url,
            fix_safety=cls.fix_safety.value if cls.fix_safety else None,
            default=cls.default,
            codes=cls.codes,
            module=module.__name__,
            class_name=cls.__name__,
            handlers=tuple(sorted(name for name in HANDLERS if hasattr(cls, name))),
            instructions=tuple(kind.__name__ for kind in cls.instructions),
            commands=cls.commands,
            managers=cls.managers,
            problems=cls.problems,
        )
