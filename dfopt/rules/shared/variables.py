"""Which variables the words of an instruction refer to."""

from collections.abc import Iterator
from typing import NamedTuple

from dfopt.syntax.nodes import (
    Copy,
    Instruction,
    ListInstruction,
    SettingInstruction,
    Stopsignal,
    Token,
    User,
    Workdir,
)
from dfopt.syntax.words import references

_DEFAULTING = ("-", ":-", "+", ":+")


class Use(NamedTuple):
    """A variable that the builder puts in, and the word it stands in."""

    name: str
    word: Token


def uses(instruction: Instruction) -> Iterator[Use]:
    """The variables that an instruction needs a value of; `${name:-default}` and its like need none.

    FROM, whose variables are of another scope, and the scripts that a shell reads are left out.
    """
    for word in _expanded_words(instruction):
        if "$" in word.text:
            for reference in references(word.value, word.escape):
                if reference.operator not in _DEFAULTING and reference.name:
                    yield Use(reference.name, word)


def _expanded_words(instruction: Instruction) -> Iterator[Token]:
    if isinstance(instruction, SettingInstruction):
        for setting in instruction.settings:
            if setting.value:
                yield setting.value
    elif isinstance(instruction, ListInstruction):
        yield from instruction.items
        if isinstance(instruction, Copy):
            yield from (flag.token for flag in instruction.flags if flag.name in ("chown", "chmod"))
    elif isinstance(instruction, (User, Workdir, Stopsignal)):
        yield instruction.argument
