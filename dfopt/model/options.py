"""Options of commands, read leniently: short ones alone or in a cluster, long ones with or without `=`."""

import re
from collections.abc import Sequence

from dfopt.syntax.commands import Word

_CLUSTER = re.compile(r"-[A-Za-z0-9]+")

NO_OPTIONS: frozenset[str] = frozenset()


def has_option(arguments: Sequence[Word], names: Sequence[str]) -> bool:
    """Whether one of the names is given: `-y` also in `-qy`, `--yes` also as `--yes=true`."""
    for word in arguments:
        value = word.value
        if value == "--":
            break
        if value in names or (value.startswith("-") and _holds(value, names)):
            return True
    return False


def option_values(arguments: Sequence[Word], names: Sequence[str]) -> list[Word]:
    """The values of all options of these names: `-o x`, `-ox`, `-fo x`, `--output x` and `--output=x`."""
    words = before_double_dash(arguments)
    return [
        value
        for index, word in enumerate(words)
        if word.value.startswith("-") or word.value in names
        for name in names
        if (value := _value(words, index, name))
    ]


def operands(arguments: Sequence[Word], valued: frozenset[str]) -> tuple[Word, ...]:
    """The arguments that are neither options nor values of the options in `valued`."""
    found: list[Word] = []
    skip = False
    for index, word in enumerate(arguments):
        value = word.value
        if skip:
            skip = False
        elif value == "--":
            return (*found, *arguments[index + 1 :])
        elif len(value) > 1 and value[0] == "-":
            skip = takes_next(value, valued)
        else:
            found.append(word)
    return tuple(found)


def takes_next(option: str, valued: frozenset[str]) -> bool:
    """Whether the value of an option, or of the last one of a cluster, is the next word."""
    if option in valued:
        return True
    if not _CLUSTER.fullmatch(option):
        return False
    return f"-{option[-1]}" in valued and not any(f"-{letter}" in valued for letter in option[1:-1])


def before_double_dash(arguments: Sequence[Word]) -> Sequence[Word]:
    """The arguments in front of `--`."""
    for index, word in enumerate(arguments):
        if word.value == "--":
            return arguments[:index]
    return arguments


def _holds(value: str, names: Sequence[str]) -> bool:
    """Whether `--yes=true` has the option `--yes`, or `-qy` the option `-y`."""
    if value.startswith("--"):
        return value.partition("=")[0] in names
    return _CLUSTER.fullmatch(value) is not None and any(f"-{letter}" in names for letter in value[1:])


def _value(words: Sequence[Word], index: int, name: str) -> Word | None:
    word = words[index]
    value = word.value
    following = words[index + 1] if index + 1 < len(words) else None
    if value == name:
        return following
    if name.startswith("--"):
        return _rest(word, len(name) + 1) if value.startswith(name + "=") else None
    if len(name) != 2 or not value.startswith("-") or value.startswith("--"):
        return None
    if value.startswith(name):
        return _rest(word, 2)
    return following if value.endswith(name[1]) and _CLUSTER.fullmatch(value) else None


def _rest(word: Word, length: int) -> Word:
    """The part of a word behind an option's name; its place is that of the whole word where quotes stand before it."""
    if word.text.startswith(word.value[:length]):
        return Word(word.text[length:], word.value[length:], word.is_static, word.start + length, word.end)
    return Word(word.text, word.value[length:], word.is_static, word.start, word.end)
