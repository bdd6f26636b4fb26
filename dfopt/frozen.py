"""`frozen`: what `dataclass(frozen=True, slots=True)` is, at a quarter of its price.

dataclasses writes and compiles up to six methods for each class: half a millisecond, and a run of dfopt defines eighty
such classes before it reads a byte. Here only `__init__` is compiled; the other methods are the same for all classes.
Fields, `replace`, `fields` and pattern matching are those of dataclasses.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(*, eq: bool = True, kw_only: bool = False, slots: bool = True) -> Callable[[type[T]], type[T]]:
    """Make a class a frozen dataclass. Without `slots` it can have cached properties."""

    def decorate(cls: type[T]) -> type[T]:
        made: Any = dataclass(init=False, repr=False, eq=False, kw_only=kw_only, slots=slots)(cls)
        own = fields(made)
        made.__init__ = _initializer(made, own)
        made.__repr__ = _repr
        made.__setattr__ = _refuse_to_set
        made.__delattr__ = _refuse_to_delete
        if slots:
            made.__getstate__ = _get_state
            made.__setstate__ = _set_state
        if eq:
            compared = [each.name for each in own if each.compare]
            made.__dataclass_compared__ = staticmethod(attrgetter(*compared) if compared else _nothing)
            made.__eq__ = _equal
            made.__hash__ = _hash
        found: type[T] = made
        return found

    return decorate


def _initializer(cls: type, own: tuple[Field[Any], ...]) -> Callable[..., None]:
    """The `__init__` of a class: it sets the slots or the entries of `__dict__`, as `__setattr__` refuses."""
    names: dict[str, Any] = {"_MISSING": MISSING}
    positional, by_name = ["self"], list[str]()
    body = ["_values = self.__dict__"] if cls.__dictoffset__ else []
    for each in own:
        name, value = each.name, each.name
        parameter = name
        if each.default is not MISSING:
            names[f"_default_{name}"] = each.default
            parameter += f"=_default_{name}"
        elif each.default_factory is not MISSING:
            names[f"_make_{name}"] = each.default_factory
            parameter += "=_MISSING"
            value = f"_make_{name}() if {name} is _MISSING else {name}"
        (by_name if each.kw_only else positional).append(parameter)
        slot = getattr(getattr(cls, name, None), "__set__", None)
        if slot:
            names[f"_set_{name}"] = slot
        body.append(f"_set_{name}(self, {value})" if slot else f"_values[{name!r}] = {value}")
    listed = ", ".join([*positional, "*", *by_name] if by_name else positional)
    exec(f"def __init__({listed}):\n " + "\n ".join(body or ["pass"]), names)  # noqa: S102 - as dataclasses does
    initializer: Callable[..., None] = names["__init__"]
    initializer.__qualname__ = f"{cls.__qualname__}.__init__"
    return initializer


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = self.__dataclass_compared__
    return values(self) == values(other)


def _hash(self: Any) -> int:
    return hash((self.__class__, self.__dataclass_compared__(self)))


def _repr(self: Any) -> str:
    shown = ", ".join([f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr])
    return f"{type(self).__qualname__}({shown})"


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _get_state(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


def _nothing(_self: object) -> tuple[()]:
    return ()
