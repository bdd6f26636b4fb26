"""Whole images as archives: what `docker save` writes, and OCI layouts in a tar, plain or compressed."""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from dfopt.cached import cached_property
from dfopt.images.config import ImageConfig
from dfopt.images.errors import ArchiveError
from dfopt.images.spool import Region, Spool
from dfopt.images.tar import Entry, Kind, read_entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WHITEOUT_PREFIX = ".wh."
_OPAQUE_MARK = ".wh..wh..opq"
_ENGINE_NOTES = "/.wh..wh."  # aufs keeps its own notes under such names
_LARGEST_LAYER = 1 << 36
_LARGEST_DOCUMENT = 1 << 25
_MOST_LINKS = 40
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


class Layer:
    """One layer of an image.

    Attributes:
        diff_id: the digest of the unpacked layer, which names it whatever its compression.
        created_by: the instruction that made it, as the image's history has it.
        stored_size: bytes in the archive, compressed if they are so there.
    """

    def __init__(self, spool: Spool, blob: Region, *, diff_id: str, created_by: str) -> None:
        self.diff_id = diff_id
        self.created_by = created_by
        self.stored_size = blob.size
        self._spool = spool
        self._blob = blob

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What the layer adds, replaces and, as whiteouts and opaque directories, hides."""
        return tuple(self.read())

    def read(self) -> Iterator[Entry]:
        """The same, read anew and not kept."""
        region = _unpacked(self._spool, self._blob)
        return _layer_entries(read_entries(self._spool, region, whole=False))

    @cached_property
    def size(self) -> int:
        """Bytes of file content."""
        return sum(entry.size for entry in self.entries if entry.kind is Kind.FILE)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an image's history; `layer` is None when it changed no file."""

    created_by: str
    layer: Layer | None


@dataclass(frozen=True, slots=True)
class ArchivedImage:
    """An image in an archive.

    Attributes:
        names: the references it is stored under; empty for an image without one.
        id: the digest of its configuration.
        manifest: the archive's own entry for it, as read.
        layers: from the base upwards.
    """

    names: tuple[str, ...]
    id: str
    manifest: Mapping[str, Any]
    config: ImageConfig
    history: tuple[Step, ...]
    layers: tuple[Layer, ...]
    spool: Spool


class Archive:
    """The images of one archive; close it, or use it in a `with`, to give its disk space back."""

    def __init__(self, spool: Spool, images: tuple[ArchivedImage, ...]) -> None:
        self.images = images
        self._spool = spool

    def close(self) -> None:
        """Give the disk space back; the entries' content can't be read any more."""
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_archive(stream: BinaryIO) -> Archive:
    """Read an image archive from a stream that need not be seekable.

    Raises:
        ArchiveError: neither a Docker archive nor an OCI layout, or damaged.
    """
    spool = Spool()
    try:
        return Archive(spool, _Reader(spool, stream).images())
    except BaseException:
        spool.close()
        raise


class _Reader:
    """Finds the images among an archive's members."""

    def __init__(self, spool: Spool, stream: BinaryIO) -> None:
        self._spool = spool
        self._layers: dict[str, Layer] = {}
        region = _unpacked(spool, spool.append(stream))
        self._members = {entry.path: entry for entry in read_entries(spool, region, whole=True)}

    def images(self) -> tuple[ArchivedImage, ...]:
        if "/manifest.json" in self._members:
            return tuple(self._docker_images())
        if "/index.json" in self._members:
            return tuple(self._oci_images(self._document("index.json")))
        raise ArchiveError("not an image archive: it has neither a manifest.json nor an index.json")

    def _docker_images(self) -> Iterator[ArchivedImage]:
        for manifest in self._document("manifest.json"):
            names = tuple(_field(manifest, "RepoTags", optional=True) or ())
            yield self._image(names, manifest, _field(manifest, "Config"), _field(manifest, "Layers"))

    def _oci_images(self, index: Any) -> Iterator[ArchivedImage]:
        for descriptor in _field(index, "manifests"):
            document = self._document(_blob_path(descriptor))
            notes = _field(descriptor, "annotations", optional=True) or {}
            if notes.get("vnd.docker.reference.type") == "attestation-manifest":
                continue
            if "manifests" in document:
                yield from self._oci_images(document)
                continue
            name = notes.get("io.containerd.image.name") or notes.get("org.opencontainers.image.ref.name")
            layers = [_blob_path(layer) for layer in _field(document, "layers")]
            config = _blob_path(_field(document, "config"))
            yield self._image((name,) if name else (), document, config, layers)

    def _image(
        self, names: tuple[str, ...], manifest: Mapping[str, Any], config_path: str, blobs: Sequence[str]
    ) -> ArchivedImage:
        document = self._document(config_path)
        diff_ids = _field(_field(document, "rootfs"), "diff_ids") or []
        if len(diff_ids) != len(blobs):
            raise ArchiveError(f"the image has {len(blobs)} layers but names {len(diff_ids)}")
        records = _field(document, "history", optional=True) or []
        authors = [record.get("created_by", "") for record in records if not record.get("empty_layer")]
        layers = tuple(
            self._layer(blob, diff_id, author or "")
            for blob, diff_id, author in zip_longest(blobs, diff_ids, authors[: len(blobs)])
        )
        return ArchivedImage(
            names=names,
            id=_digest_in(config_path),
            manifest=manifest,
            config=ImageConfig.parse(
                _field(document, "config", optional=True) or {},
                os=document.get("os", ""),
                architecture=document.get("architecture", ""),
            ),
            history=tuple(_history(records, layers)),
            layers=layers,
            spool=self._spool,
        )

    def _layer(self, path: str, diff_id: str, created_by: str) -> Layer:
        """One object for each layer, also when several images of the archive have it."""
        if diff_id not in self._layers:
            blob = self._member(path).content
            self._layers[diff_id] = Layer(self._spool, blob, diff_id=diff_id, created_by=created_by)
        return self._layers[diff_id]

    def _document(self, name: str) -> Any:
        content = self._member(name).content
        if content.size > _LARGEST_DOCUMENT:
            raise ArchiveError(f"{name} has {content.size} bytes, too many for a description of an image")
        try:
            return json.loads(self._spool.read(content))
        except ValueError as error:
            raise ArchiveError(f"{name} in the archive is not JSON: {error}") from error

    def _member(self, name: str) -> Entry:
        """A file of the archive; Docker stores a layer that comes twice as a link to the first."""
        path = posixpath.join("/", name)
        for _ in range(_MOST_LINKS):
            entry = self._members.get(path)
            if entry is None:
                raise ArchiveError(f"the archive lacks {name}, which its manifest names")
            if entry.kind is Kind.FILE:
                return entry
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), entry.target))
        raise ArchiveError(f"{name} in the archive is a link to itself")


def _history(records: Sequence[Mapping[str, Any]], layers: Sequence[Layer]) -> Iterator[Step]:
    remaining = iter(layers)
    for record in records:
        layer = None if record.get("empty_layer") else next(remaining, None)
        yield Step(record.get("created_by", ""), layer)
    for layer in remaining:
        yield Step("", layer)


def _field(data: Any, key: str, *, optional: bool = False) -> Any:
    if not isinstance(data, dict) or not (optional or key in data):
        raise ArchiveError(f"the archive's description of the image has no {key!r}")
    return data.get(key)


def _blob_path(descriptor: Any) -> str:
    return "blobs/" + str(_field(descriptor, "digest")).replace(":", "/")


def _digest_in(config_path: str) -> str:
    name = posixpath.basename(config_path).removesuffix(".json")
    return f"sha256:{name}"


def _layer_entries(entries: Iterator[Entry]) -> Iterator[Entry]:
    for entry in entries:
        folder, name = posixpath.split(entry.path)
        if name == _OPAQUE_MARK:
            yield replace(entry, path=folder, kind=Kind.OPAQUE, size=0)
        elif _ENGINE_NOTES in entry.path:
            continue
        elif name.startswith(_WHITEOUT_PREFIX):
            name = name.removeprefix(_WHITEOUT_PREFIX)
            if name in {"", ".", ".."}:
                raise ArchiveError(f"a layer of the image hides {name!r} in {folder}; it was refused")
            hidden = posixpath.join(folder, name)
            yield replace(entry, path=hidden, kind=Kind.WHITEOUT, size=0)
        else:
            yield entry


def _unpacked(spool: Spool, region: Region) -> Region:
    """The region itself, or where its content lies now if it was compressed."""
    with spool.open(region) as packed:
        magic = packed.read(4)
        packed.seek(0)
        if magic.startswith(_GZIP):
            return _append_gzip(spool, packed)
        if magic == _ZSTD:
            return _append_zstd(spool, packed)
    return region


def _append_gzip(spool: Spool, packed: BinaryIO) -> Region:
    import gzip
    import zlib

    try:
        return spool.append(cast("BinaryIO", gzip.GzipFile(fileobj=packed)), limit=_LARGEST_LAYER)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ArchiveError(f"a compressed part of the archive is damaged or cut off: {error}") from error


def _append_zstd(spool: Spool, packed: BinaryIO) -> Region:
    import zstandard

    stream = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
    try:
        return spool.append(cast("BinaryIO", stream), limit=_LARGEST_LAYER)
    except zstandard.ZstdError as error:
        raise ArchiveError(f"a compressed part of the archive is damaged: {error}") from error
