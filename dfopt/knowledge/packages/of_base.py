"""The Debian packages that a base brings."""

from collections.abc import Iterator
from functools import cache

from dfopt.knowledge.bases.base import Base, Variant
from dfopt.knowledge.data_files import read_json
from dfopt.knowledge.packages.catalogue import base_set
from dfopt.knowledge.packages.closures import closure
from dfopt.knowledge.packages.prices import pricing


def present(base: Base) -> frozenset[str] | None:
    """The packages in a base, for `closure`'s ``already``; None where `pricing` has no suite for it.

    The minimal system for most; with the packages of buildpack-deps for the full images of languages that are built on
    it. What an image adds besides, such as a server's own package, is not known.
    """
    priced = pricing(base)
    if priced is None:
        return None
    stack = read_json("stacks.json")["images"].get(base.image) if base.variant is Variant.FULL else None
    if base.image == "buildpack-deps":
        stack = next((word for word in (base.reference.tag or "").split("-") if word in {"curl", "scm"}), stack)
    return _with_stack(priced.suite, stack)


@cache
def _with_stack(suite: str, stack: str | None) -> frozenset[str]:
    base = base_set(suite)
    names = tuple(_packages(stack))
    added = closure(suite, names, recommends=False, already=base).packages
    return base | {package.name for package in added}


def _packages(stack: str | None) -> Iterator[str]:
    """The packages that a stack names, and those of the stacks below it."""
    stacks = read_json("stacks.json")["stacks"]
    while stack:
        yield from stacks[stack]["packages"]
        stack = stacks[stack]["on"]
