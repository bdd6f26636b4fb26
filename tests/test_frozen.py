"""`frozen` against what dataclasses make of the same classes."""

import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pytest

from dfopt.frozen import frozen


@frozen()
class Own:
    name: str
    numbers: list[int] = field(default_factory=list, repr=False)
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Standard:
    name: str
    numbers: list[int] = field(default_factory=list, repr=False)
    place: int = field(default=0, compare=False)


@frozen(kw_only=True, eq=False)
class Below(Own):
    size: int = 1


@frozen(slots=False)
class WithMemory:
    number: int

    @cached_property
    def double(self) -> int:
        return 2 * self.number


def test_arguments_and_defaults() -> None:
    for kind in (Own, Standard):
        made: Any = kind("a", place=3)
        assert (made.name, made.numbers, made.place) == ("a", [], 3)
        assert made.numbers is not kind("a").numbers
        with pytest.raises(TypeError):
            kind()
    assert Below("a", size=2).size == 2
    with pytest.raises(TypeError):
        Below("a", [], 0, 2)


def test_it_is_shown_as_by_dataclasses() -> None:
    assert repr(Own("a", [1], 2)) == repr(Standard("a", [1], 2)).replace("Standard", "Own")


def test_equality_leaves_out_what_is_not_compared() -> None:
    assert Own("a", [1], 2) == Own("a", [1], 3)
    assert Own("a", [1]) != Own("a", [2])
    assert Own("a") != Standard("a")
    assert hash(WithMemory(1)) == hash(WithMemory(1))
    assert Below("a") != Own("a")


def test_nothing_can_be_set_or_deleted() -> None:
    for made in (Own("a"), WithMemory(1)):
        name = fields(made)[0].name
        with pytest.raises(FrozenInstanceError):
            setattr(made, name, "b")
        with pytest.raises(FrozenInstanceError):
            delattr(made, name)
    assert not hasattr(Own("a"), "__dict__")


def test_changed_copies_and_pickles() -> None:
    assert replace(Own("a", [1]), name="b") == Own("b", [1])
    assert pickle.loads(pickle.dumps(Own("a", [1], 2))).place == 2
    assert pickle.loads(pickle.dumps(WithMemory(3))).double == 6


def test_patterns_match_by_position() -> None:
    match Own("a", [1], 2):
        case Own(name, numbers, place):
            assert (name, numbers, place) == ("a", [1], 2)
