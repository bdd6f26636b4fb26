"""Packages that are functions too.

`dfopt.fix` is a package and, by the public interface, a function. Importing anything below the package puts the package
where the function was, so the package itself is made one that can be called.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class CallablePackage(ModuleType):
    """A package whose call is that of a function in one of its modules, imported when it is first called."""

    home: str

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        function = getattr(import_module(f"{self.__name__}.{self.home}"), self.__name__.rpartition(".")[2])
        return function(*arguments, **options)


def make_callable(package: str, home: str) -> None:
    """Have calls of a package go to the function of its own name in its module `home`."""
    module = sys.modules[package]
    module.__class__ = CallablePackage
    module.__dict__["home"] = home
