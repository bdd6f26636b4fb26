"""Recipes: one module an ecosystem, tried in this order; the first that applies plans the final stage.

To add one, write a module with a class of the form of `Recipe`, and add an instance here.
"""

from typing import Any, Protocol

from dfopt.slim.plan import Contents
from dfopt.slim.recipes.c import C
from dfopt.slim.recipes.dotnet import Dotnet
from dfopt.slim.recipes.go import Go
from dfopt.slim.recipes.java import Java
from dfopt.slim.recipes.node import Node
from dfopt.slim.recipes.python import Python
from dfopt.slim.recipes.rust import Rust
from dfopt.slim.recipes.static import Static
from dfopt.slim.subject import Subject

__all__ = ["RECIPES", "Recipe"]


class Recipe(Protocol):
    """What a recipe can do."""

    name: str

    def applies(self, subject: Subject) -> Any:
        """What `plan` needs to know; None where it is not this ecosystem, a `Refusal` where it is but can't be sure."""

    def plan(self, subject: Subject, match: Any) -> Contents:
        """What the final stage holds."""


RECIPES: tuple[Recipe, ...] = (Go(), Rust(), C(), Java(), Dotnet(), Static(), Node(), Python())
