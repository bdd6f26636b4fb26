"""What the distroless images hold, from ``data/distroless.json``.

The facts are read from the project's own build files, for Debian 12 and 13. Names without a release
(``gcr.io/distroless/static``) mean Debian 13.
"""

import datetime
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from dfopt.frozen import frozen
from dfopt.knowledge.data_files import read_json
from dfopt.knowledge.references import parse_reference

DISTROLESS = "gcr.io/distroless/"
"""Where the images are."""

CURRENT_RELEASE = "debian13"
"""What a name without a release means."""


@frozen()
class Contents:
    """One distroless image.

    Attributes:
        image: its name with the release, ``cc-debian13``.
        packages: the Debian packages in it, those of the images below included; each has an entry in
            ``/var/lib/dpkg/status.d``. Node itself and, on Debian 12, Java come from archives and are not
            listed.
        environment: what the image's config sets.
        entrypoint: empty where the image has none.
        uid: of the user it runs as: 0, or 65532 for the ``nonroot`` tags.
        has_shell: ``debug`` tags have BusyBox in ``/busybox``, first ``/busybox/sh``.
        supported_until: the last day on which it is updated, None while no day is set.
    """

    image: str
    packages: frozenset[str]
    environment: Mapping[str, str]
    entrypoint: tuple[str, ...]
    uid: int
    has_shell: bool
    supported_until: datetime.date | None


def images() -> tuple[str, ...]:
    """The names of all known images, with their release, such as ``static-debian12``."""
    return tuple(read_json("distroless.json")["images"])


def users() -> dict[str, tuple[int, str]]:
    """The users in every image's ``/etc/passwd``: name to id and home. No one has a shell."""
    return {name: (uid, home) for name, (uid, home) in read_json("distroless.json")["users"].items()}


def contents(reference: str) -> Contents | None:
    """What an image such as ``gcr.io/distroless/base-debian12:nonroot`` holds; None for any other image."""
    parsed = parse_reference(reference)
    if parsed is None or not parsed.name.startswith(DISTROLESS):
        return None
    name = parsed.name.removeprefix(DISTROLESS)
    known = read_json("distroless.json")["images"]
    image = name if name in known else f"{name}-{CURRENT_RELEASE}"
    if image not in known:
        return None
    words = (parsed.tag or "latest").split("-")
    return _contents(image, "nonroot" if "nonroot" in words else "root", has_shell="debug" in words)


@cache
def _contents(image: str, user: str, *, has_shell: bool) -> Contents:
    layers = list(_layers(image))
    environment = dict(read_json("distroless.json")["environment"])
    for layer in reversed(layers):
        environment.update(layer["environment"])
    if has_shell:
        environment["PATH"] += ":/busybox"
    entrypoint = layers[0]["entrypoint"] or (["/busybox/sh"] if has_shell else [])
    end = layers[0]["supported_until"]
    return Contents(
        image=image,
        packages=frozenset(package for layer in layers for package in layer["packages"]),
        environment=environment,
        entrypoint=tuple(entrypoint),
        uid=users()[user][0],
        has_shell=has_shell,
        supported_until=datetime.date.fromisoformat(end) if end else None,
    )


def _layers(image: str | None) -> Iterator[Mapping[str, Any]]:
    """The image's own part, then that of the image it builds on, and so on."""
    while image:
        layer = read_json("distroless.json")["images"][image]
        yield layer
        image = layer["base"]
