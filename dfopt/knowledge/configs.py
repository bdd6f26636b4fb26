"""What well-known images set for the containers made from them, from ``data/configs/``.

The facts of official images and of .NET's are taken from every Dockerfile that their tags were built of; those of
distributions are few and written by hand.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from dfopt.frozen import frozen
from dfopt.knowledge.bases import identify
from dfopt.knowledge.bases.tags import release_named
from dfopt.knowledge.data_files import read_json

_TAG = re.compile(r"([0-9]+(?:[._u+][0-9]+)*)(?:-(.*))?")
_PART = re.compile(r"[._u+][0-9]+$")

_WITHOUT_SHELL = frozenset(("gcc", "mcr.microsoft.com/azurelinux/base/core", "phusion/baseimage"))
"""Images whose settings are not kept here; no Dockerfile that they were built of had SHELL."""

Versions = Mapping[str, Mapping[str, int | list[int]]]
"""Version to variant to the number of a configuration; a list has the present one first and then earlier ones."""


@frozen()
class ImageFacts:
    """What an image sets.

    `environment` has ``{PATH}`` where a value contains Docker's default PATH, and no PATH where it is that. `unstated`
    names variables and labels that say which version the image has, with which the image itself was built, or when:
    their values differ from build to build, and are not known here.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    unstated: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    workdir: str = "/"
    shell: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    cmd: tuple[str, ...] | None = None
    exposed: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    stopsignal: str | None = None
    healthcheck: Mapping[str, Any] | None = None
    """``test`` as in an image's configuration, and ``options``, the flags of HEALTHCHECK by name."""


def image_facts(reference: str) -> ImageFacts | None:
    """What the image of a FROM sets; None where it is not known for sure.

    With a digest it is known where all builds of the tag said the same.
    """
    base = identify(reference)
    if base is None or base.is_windows:
        return None
    distributions = read_json("configs/distributions.json")["images"]
    if base.image in distributions:
        return _facts(distributions[base.image])
    try:
        document = read_json(f"configs/{base.image.replace('/', '+')}.json")
    except FileNotFoundError:
        return None
    tag, digest = base.reference.tag, base.reference.digest
    if digest and not tag:
        return None
    found = look_up(document["versions"], tag or "latest")
    if found is None or (digest and isinstance(found, list)):
        return None
    return _facts(document["configs"][found if isinstance(found, int) else found[0]])


def sets_shell(reference: str) -> bool | None:
    """Whether any configuration of an image, whatever its tag, sets SHELL; None where the image is not known."""
    base = identify(reference)
    if base is None or base.is_windows:
        return None
    if base.image in _WITHOUT_SHELL:
        return False
    try:
        records = _records(base.image)
    except FileNotFoundError:
        return None
    return any("shell" in record for record in records)


def _records(image: str) -> Iterable[Mapping[str, Any]]:
    """All configurations that an image is known to have or to have had."""
    distributions = read_json("configs/distributions.json")["images"]
    if image in distributions:
        return [distributions[image]]
    records: Iterable[Mapping[str, Any]] = read_json(f"configs/{image.replace('/', '+')}.json")["configs"]
    return records


def look_up(versions: Versions, tag: str) -> int | list[int] | None:
    """What is said of a tag, else of its variant without the distribution's release, else of a shorter version."""
    version, variant = split_tag(tag)
    while True:
        for form in _forms(variant):
            found = versions.get(version, {}).get(form)
            if found is not None:
                return found
        shorter = _PART.sub("", version)
        if shorter == version:
            return None
        version = shorter


def split_tag(tag: str) -> tuple[str, str]:
    """Version and variant: ``("3.11", "slim")``; the version is empty where the tag does not begin with one."""
    match = _TAG.fullmatch(tag)
    return (match[1], match[2] or "") if match else ("", tag)


def _forms(variant: str) -> Iterator[str]:
    """A variant as it is and without a release: ``slim-bookworm`` as ``slim``, ``fpm-alpine3.20`` as ``fpm-alpine``."""
    yield variant
    words = [_without_release(word) for word in variant.split("-")]
    general = "-".join(word for word in words if word)
    if general != variant:
        yield general


def _without_release(word: str) -> str:
    named = release_named(word)
    return word if named is None else "alpine" if named[0] == "alpine" else ""


def _facts(record: Mapping[str, Any]) -> ImageFacts:
    lists = ("entrypoint", "cmd", "shell", "exposed", "volumes")
    values: dict[str, Any] = {key: tuple(value) if key in lists else value for key, value in record.items()}
    return ImageFacts(**{**values, "unstated": frozenset(record.get("unstated", ()))})
