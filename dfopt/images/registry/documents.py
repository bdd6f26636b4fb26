"""Manifests, indexes and configurations of images, read with suspicion.

The forms are those of https://github.com/opencontainers/image-spec/tree/v1.1.0 and of Docker's version 2, schema 2.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dfopt.images.errors import RegistryError
from dfopt.images.registry.names import is_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_DOCUMENT = 4 << 20  # bytes; registries need not take larger manifests
_LARGEST_LAYER = 1 << 50
_MOST_PARTS = 1000

_INDEX_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_MANIFEST_TYPES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_CONFIG_TYPES = (
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
)
ACCEPTED = ", ".join(_MANIFEST_TYPES + _INDEX_TYPES)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a document says of a part of it: media type, digest, and bytes as stored."""

    media_type: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Index:
    """Several manifests (or indexes) under one name, usually one for each platform."""

    digest: str
    manifests: tuple[Descriptor, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One image, or something else that is kept like one: `is_image` says which."""

    digest: str
    config: Descriptor
    layers: tuple[Descriptor, ...]

    @property
    def is_image(self) -> bool:
        """Whether it is an image, and not a signature, a chart or another artifact."""
        return self.config.media_type in _CONFIG_TYPES


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an image's configuration says of how it was made.

    Attributes:
        platform: `OS/ARCHITECTURE[/VARIANT]`.
        instructions: what made each layer, from the base upwards; steps that changed no file are left out.
    """

    platform: str
    instructions: tuple[str, ...]
    labels: Mapping[str, str]


def digest_of(body: bytes, algorithm: str = "sha256") -> str:
    """The digest that names some bytes."""
    return f"{algorithm}:{hashlib.new(algorithm, body).hexdigest()}"


def verify(body: bytes, digest: str) -> None:
    """See whether bytes are those that a digest names.

    Raises:
        RegistryError: they are not.
    """
    actual = digest_of(body, digest.partition(":")[0])
    if actual != digest:
        raise RegistryError(f"the registry answered with {actual} where {digest} was asked for; it was refused")


def read_manifest(body: bytes, digest: str) -> Manifest | Index:
    """Read a manifest or an index.

    Raises:
        RegistryError: it is neither, both, or out of bounds.
    """
    document = _object(_json(body, "manifest"), "manifest")
    media_type = document.get("mediaType")
    if document.get("schemaVersion") != 2:
        raise RegistryError("the manifest is of a version before 2, which registries convert no more; push it again")
    if "manifests" in document and ("layers" in document or "config" in document):
        raise RegistryError("the manifest is an index and an image at once; it was refused")
    if "manifests" in document and media_type in (None, *_INDEX_TYPES):
        entries = [_object(entry, "index") for entry in _parts(document, "manifests")]
        return Index(digest, tuple(_descriptor(entry) for entry in entries if not _is_attestation(entry)))
    if "layers" in document and media_type in (None, *_MANIFEST_TYPES):
        layers = tuple(_descriptor(_object(layer, "manifest")) for layer in _parts(document, "layers"))
        return Manifest(digest, _descriptor(_object(document.get("config"), "manifest's config")), layers)
    raise RegistryError(f"the manifest is of an unknown kind: {media_type!r}")


def read_configuration(body: bytes) -> Configuration:
    """Read an image's configuration.

    Raises:
        RegistryError: it is not of the form that images have.
    """
    document = _object(_json(body, "configuration"), "configuration")
    platform = [document.get(key) for key in ("os", "architecture", "variant")]
    settings = _object(document.get("config") or {}, "configuration")
    labels = _object(settings.get("Labels") or {}, "labels")
    steps = document.get("history") or []
    if not isinstance(steps, list):
        raise RegistryError("the configuration's history is not a list")
    steps = [_object(step, "history") for step in steps]
    return Configuration(
        platform="/".join(_text(part) for part in platform if part),
        instructions=tuple(_text(step.get("created_by") or "") for step in steps if not step.get("empty_layer")),
        labels={_text(name): _text(value) for name, value in labels.items()},
    )


def read_names(body: bytes, key: str) -> list[str]:
    """Read a page of a list of repositories or tags; `key` is the list's name.

    Raises:
        RegistryError: it is not of that form.
    """
    names = _object(_json(body, "list"), "list").get(key)
    if names is None:  # a repository whose tags were all removed
        return []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise RegistryError(f"the registry's list of {key} is not a list of names")
    return names


def _json(body: bytes, what: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RegistryError(f"the {what} is not JSON that can be read: {error}") from error


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RegistryError(f"the {what} is not of the form that images have")
    return value


def _text(value: Any) -> str:
    """A text that can be written; JSON can hold halves of characters, which can't."""
    return str(value).encode("utf-8", "replace").decode()


def _parts(document: Mapping[str, Any], key: str) -> list[Any]:
    parts = document[key]
    if not isinstance(parts, list) or len(parts) > _MOST_PARTS:
        raise RegistryError(f"the manifest's {key} are not a list of at most {_MOST_PARTS}")
    return parts


def _descriptor(value: Mapping[str, Any]) -> Descriptor:
    media_type, digest, size = value.get("mediaType"), value.get("digest"), value.get("size")
    if not isinstance(digest, str) or not is_digest(digest):
        raise RegistryError(f"the manifest names {str(digest)[:80]!r}, which is no digest")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= _LARGEST_LAYER:
        raise RegistryError(f"the manifest gives {digest} the size {str(size)[:30]!r}, which can't be true")
    return Descriptor(str(media_type), digest, size)


def _is_attestation(entry: Mapping[str, Any]) -> bool:
    notes = entry.get("annotations")
    return isinstance(notes, dict) and notes.get("vnd.docker.reference.type") == "attestation-manifest"
