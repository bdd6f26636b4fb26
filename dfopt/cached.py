"""`cached_property` without the lock that Python 3.11 takes at each first use: a check computes hundreds a file."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class cached_property(Generic[T]):  # noqa: N801 - named as the one of functools, which it stands for
    """A property that is computed once and then kept in the object's `__dict__`, where it hides this descriptor."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object, owner: type) -> "T | Self":
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._compute(instance)
        return value
