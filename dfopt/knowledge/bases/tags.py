"""What a tag says: version, release of the distribution, variant; and the tags official images have had."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from dfopt.frozen import frozen
from dfopt.knowledge.bases.base import Variant
from dfopt.knowledge.data_files import read_json

_VERSION = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)(?:[-._u+].*)?", re.IGNORECASE)
_NUMBERED_FAMILIES = {
    "alpine": "alpine",
    "oraclelinux": "oraclelinux",
    "ubi": "rhel",
    "centos": "centos",
    "al": "amazonlinux",
    "amazonlinux": "amazonlinux",
    "azurelinux": "azurelinux",
    "mariner": "azurelinux",
    "windowsservercore": "windows",
    "nanoserver": "windows",
    "ltsc": "windows",
    "oracle": "oraclelinux",
}
_NUMBERED = re.compile(rf"({'|'.join(_NUMBERED_FAMILIES)})([0-9.]*)")
_VERSIONED_TAG = re.compile(r"([0-9]+(?:\.[0-9]+)*)[^-]*(?:-|$)(.*)")
_SHELL_LESS = frozenset({"chiseled", "distroless"})
_SMALL = frozenset({"slim", "minimal"})

Variants: TypeAlias = Mapping[str, str | None]
"""Variant of a tag to the release below it: ``{"": "bookworm", "alpine": "alpine3.23"}``."""


@frozen()
class TagParts:
    """A tag taken apart: ``3.11-slim-bookworm`` is version 3.11, family debian, release 12, variant slim."""

    version: str | None
    rest: tuple[str, ...]
    family: str | None
    release: str | None
    variant: Variant | None


def take_apart(tag: str) -> TagParts:
    """Read a tag by the conventions of official images and of Microsoft's. Never raises."""
    first, *others = tag.split("-")
    version = _VERSION.fullmatch(first)
    rest = tuple(others if version else [first, *others])
    family, release = _distribution(rest)
    return TagParts(version[1] if version else None, rest, family, release, _variant(rest, family))


def release_named(word: str) -> tuple[str, str | None] | None:
    """Family and release that a word such as ``bookworm``, ``alpine3.20`` or ``ubi9`` stands for."""
    for family, codenames in read_json("bases.json")["releases"].items():
        if word in codenames:
            return family, codenames[word]
    numbered = _NUMBERED.fullmatch(word)
    return (_NUMBERED_FAMILIES[numbered[1]], numbered[2] or None) if numbered else None


def codename(family: str | None, release: str | None) -> str | None:
    """The name of a Debian or Ubuntu release: ``bookworm`` for Debian's ``12``."""
    names = read_json("bases.json")["releases"].get(family, {})
    return next((name for name, number in names.items() if number == release), None)


def _distribution(words: tuple[str, ...]) -> tuple[str | None, str | None]:
    found: tuple[str | None, str | None] = (None, None)
    for word, following in zip(words, (*words, "")[1:], strict=True):
        named = release_named(word)
        if named:
            family, release = named
            if release is None and re.fullmatch(r"[0-9]+\.[0-9]+", following):
                release = following
            if found[0] is None or found[1] is None:
                found = (family, release)
    return found


def _variant(words: tuple[str, ...], family: str | None) -> Variant | None:
    if _SHELL_LESS.intersection(words):
        return Variant.DISTROLESS
    if family == "alpine":
        return Variant.ALPINE
    if _SMALL.intersection(words) or any(word.startswith("nanoserver") for word in words):
        return Variant.SLIM
    return None


def official_release(image: str, tag: str) -> str | None:
    """The release below an official image, as a word for `release_named`; None where it is not known."""
    variants, variant = _look_up(image, tag)
    return variants.get(variant)


def official_tag_exists(image: str, tag: str) -> bool | None:
    """Whether an official image has ever had this tag; None for images whose tags are not known."""
    if not _official(image):
        return None
    variants, variant = _look_up(image, tag)
    return variant in variants


def official_end(image: str, version: str) -> str | None:
    """The day (ISO) from which a version of an official image was no longer rebuilt, if it is known and past."""
    day: str | None = _document(image).get("ended", {}).get(version)
    return day


def _look_up(image: str, tag: str) -> tuple[Variants, str]:
    """The variants of the longest known beginning of the tag's version, and the tag's own."""
    match = _VERSIONED_TAG.fullmatch(tag)
    stated, variant = (match[1], match[2]) if match else ("", tag)
    versions = _official(image)
    while stated and stated not in versions:
        stated, dot, _ = stated.rpartition(".")
        if not dot:
            return {}, variant
    return versions.get(stated, {}), variant


def _official(image: str) -> Mapping[str, Variants]:
    """Version to variant to release; ``latest`` is a variant of the empty version."""
    versions: Mapping[str, Variants] = _document(image).get("versions", {})
    return versions


def _document(image: str) -> Mapping[str, Any]:
    if "/" in image:
        return {}
    try:
        document: Mapping[str, Any] = read_json(f"official/{image}.json")
    except FileNotFoundError:
        return {}
    return document
