"""The rule `undefined-variable`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import cast

from dfopt.model.config import Config
from dfopt.model.model import Model
from dfopt.model.scopes import PLATFORM_ARGS, PREDEFINED_ARGS
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.variables import uses
from dfopt.syntax.nodes import Arg, Env, Instruction

_SET_BY_MANY_BASES = frozenset(
    "PATH HOME HOSTNAME USER TERM LANG LC_ALL SHELL PWD TZ TEMP TMP GOPATH GOROOT JAVA_HOME NODE_ENV".split()
)
_SHORTEST = 4
_MOST_LOOKED_AT = 200
_SETTING = (Arg, Env)
_SET_BY_BUILDER = PLATFORM_ARGS | PREDEFINED_ARGS


class UndefinedVariable(Rule):
    """A variable is used that nothing defines.

    ## What it does

    Reports variables in the words of instructions that neither ARG nor ENV defines, where that is certain: in stages
    that start from `scratch`, and where the name is one letter off from a variable that the stage has. Elsewhere the
    base image may define it. Scripts of RUN are left to the shell.

    ## Why is this bad

    The builder puts in nothing: a path loses a part, an image a setting.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ARG VERSION=1.2
    ENV APP_VERSION=$VERSON
    ```

    ```dockerfile
    FROM debian:12-slim
    ARG VERSION=1.2
    ENV APP_VERSION=$VERSION
    ```
    """

    id = "undefined-variable"
    aliases = ("UndefinedVar",)
    help = "define it by ARG or ENV above, or give it a default: ${NAME:-default}"

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        names = _Names()
        for instruction in stage.instructions:
            for use in uses(instruction):
                config = stage.config_at(instruction)
                is_known = use.name in config.args or use.name in config.variables or use.name in model.global_args
                if is_known or use.name in _SET_BY_BUILDER:
                    continue
                near = names.nearest(use.name, config) if use.name not in _set_by(instruction) else None
                if near or config.complete:
                    hint = f"; did you mean ${near}?" if near else ""
                    yield Finding(use.word, f"nothing defines ${use.name}{hint}")


def _set_by(instruction: Instruction) -> set[str]:
    return {each.name.value for each in instruction.settings} if isinstance(instruction, _SETTING) else set()


class _Names:
    """The variables that a stage has, found by what is left of their names without one letter."""

    def __init__(self) -> None:
        self._args: set[str] = set()
        self._variables: set[str] = set()
        self._by_rest: defaultdict[str, list[str]] = defaultdict(list)

    def nearest(self, name: str, config: Config) -> str | None:
        """The one whose name differs in one letter, left out, too many, wrong or swapped with its neighbour."""
        if len(name) < _SHORTEST or name in _SET_BY_MANY_BASES:
            return None
        self._learn(config.args, self._args)
        self._learn(config.variables, self._variables)
        candidates = (each for rest in _rests(name) for each in self._by_rest.get(rest, ()))
        return next((each for each in islice(candidates, _MOST_LOOKED_AT) if _is_one_off(name, each)), None)

    def _learn(self, mapping: Mapping[str, object], known: set[str]) -> None:
        """Add what has been defined since: it stands behind what was there before."""
        for name in reversed(cast("dict[str, object]", mapping)):
            if name in known:
                return
            known.add(name)
            if len(name) >= _SHORTEST:
                for rest in _rests(name):
                    self._by_rest[rest].append(name)


def _rests(name: str) -> dict[str, None]:
    """A name, and what is left of it without each of its letters, in a fixed order."""
    return dict.fromkeys([name, *(name[:at] + name[at + 1 :] for at in range(len(name)))])


def _is_one_off(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    start = next((at for at, pair in enumerate(zip(shorter, longer, strict=False)) if pair[0] != pair[1]), len(shorter))
    rest, longer_rest = shorter[start:], longer[start:]
    if len(shorter) == len(longer):
        swapped = rest[1:2] + rest[:1] + rest[2:] == longer_rest
        return (rest[1:] == longer_rest[1:] and rest[:1].isalpha() and longer_rest[:1].isalpha()) or swapped
    return rest == longer_rest[1:] and longer_rest[0].isalpha() and longer_rest != "S"
