"""A fleet read from registries: manifests and configurations only, nothing pulled."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import TypeVar

from dfopt.images import RegistryError, RegistryMissingError, RegistryUnreachableError
from dfopt.images.registry import Configuration, Index, Manifest, Registry, Target, full_name
from dfopt.layers.fleet import Basis, Image, Layer, Problem
from dfopt.layers.sources.readings import NOTHING, Found, Known, Reading

CONNECTIONS = 16
_MOST_MANIFESTS = 1000  # of one name
_LISTS_AHEAD = 4

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Reference:
    """A tag or digest to read.

    Attributes:
        target: which one, with its registry.
        known: what it stood for when it was last read; empty if it was not.
    """

    target: Target
    known: str = ""

    @property
    def name(self) -> str:
        """Its name, as `docker pull` takes it."""
        return full_name(self.target.host, self.target.repository, self.target.reference)


def read_registries(
    targets: Sequence[str], known: Known = NOTHING, *, connections: int = CONNECTIONS
) -> Iterator[Reading]:
    """Read what registries hold: `HOST[:PORT]` for all, `HOST/REPOSITORY` for all tags, or one tag or digest.

    A name that still stands for what is `known` is not read again, and neither is a manifest under a new name.
    What can't be read is told in the readings' problems and stops nothing else.

    Args:
        targets: as above, with `http://` or `https://` before them where the default is not right.
        known: what need not be read again.
        connections: at most so many at once to a registry.
    """

    def read(registry: Registry, target: Target) -> Iterator[Reading]:
        references = list_references(registry, target, known)
        return _until_unreachable(target.host, read_references(registry, references, known, connections))

    return read_each(targets, read, connections)


def read_each(
    targets: Sequence[str], read: Callable[[Registry, Target], Iterator[Reading]], connections: int = CONNECTIONS
) -> Iterator[Reading]:
    """What is read of each target from its registry; one that can't be opened is told, and stops no other."""
    for text in targets:
        try:
            target = Target.parse(text)
            registry = Registry(target, connections=connections)
        except RegistryError as error:
            yield Reading.failed(text, error, partial=True)
            continue
        with registry:
            yield from read(registry, target)


def list_references(registry: Registry, target: Target, known: Known) -> Iterator[Reference | Reading]:
    """The tags that a target stands for, as the registry lists them; readings tell of what it could not list."""
    if target.reference:
        reference = Reference(target)
        yield replace(reference, known=known.digest(reference.name))
        return

    def tags_of(repository: str | Reading) -> list[Reference | Reading]:
        if isinstance(repository, Reading):
            return [repository]
        try:
            names = [replace(target, repository=repository, reference=tag) for tag in registry.tags(repository)]
        except RegistryMissingError as error:  # a catalogue goes on naming repositories whose images were all removed
            return [Reading.failed(f"{target.host}/{repository}", error)] if target.repository else []
        except RegistryUnreachableError:
            raise
        except RegistryError as error:
            return [Reading.failed(f"{target.host}/{repository}", error, partial=True)]
        return [Reference(name) for name in names]

    for listed in in_parallel(tags_of, _repositories(registry, target), _LISTS_AHEAD):
        for item in listed:
            yield item if isinstance(item, Reading) else replace(item, known=known.digest(item.name))


def read_references(
    registry: Registry, references: Iterable[Reference | Reading], known: Known, connections: int
) -> Iterator[Reading]:
    """Read tags of one registry, many at once, in their order; readings among them are handed on.

    Raises:
        RegistryUnreachableError: the registry takes no connections (any more).
    """

    def read(item: Reference | Reading) -> Reading:
        return item if isinstance(item, Reading) else _read(registry, item, known)

    return in_parallel(read, references, connections)


def in_parallel(function: Callable[[_Item], _Result], items: Iterable[_Item], threads: int) -> Iterator[_Result]:
    """What a function gives for each item, in their order; it runs ahead in threads, but not far."""
    pool = ThreadPoolExecutor(threads)
    ahead: deque[Future[_Result]] = deque()
    try:
        for item in items:
            ahead.append(pool.submit(function, item))
            if len(ahead) > 2 * threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:  # what still runs ends when its registry is closed
        pool.shutdown(wait=False, cancel_futures=True)


def _until_unreachable(host: str, readings: Iterator[Reading]) -> Iterator[Reading]:
    try:
        yield from readings
    except RegistryUnreachableError as error:
        yield Reading.failed(host, error, partial=True)


def _repositories(registry: Registry, target: Target) -> Iterator[str | Reading]:
    if target.repository:
        yield target.repository
        return
    try:
        yield from registry.repositories()
    except RegistryUnreachableError:
        raise
    except RegistryError as error:
        yield Reading.failed(target.host, error, partial=True)


def _read(registry: Registry, reference: Reference, known: Known) -> Reading:
    repository = reference.target.repository
    try:
        document = registry.manifest(repository, reference.target.reference, unless=reference.known)
        if document is None:
            return Reading(reference.name, reference.known, unchanged=True)
        found, problems = _Reader(registry, reference, known).read(document)
    except RegistryUnreachableError:
        raise
    except RegistryError as error:
        return Reading.failed(reference.name, error)
    return Reading(reference.name, "" if problems else document.digest, found, problems)


class _Reader:
    """Reads the images of one name: several if it stands for an index, none if for something else than an image."""

    def __init__(self, registry: Registry, reference: Reference, known: Known) -> None:
        self._registry = registry
        self._repository = reference.target.repository
        self._name = reference.name
        self._known = known

    def read(self, document: Manifest | Index) -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
        """The images, and what is wrong with some of them."""
        if isinstance(document, Manifest):
            return tuple(self._image(document)), ()
        found: list[Found] = []
        problems: list[Problem] = []
        seen = {document.digest}
        left = deque(descriptor.digest for descriptor in document.manifests)
        while left:
            digest = left.popleft()
            if digest in seen:
                continue
            if len(seen) > _MOST_MANIFESTS:
                raise RegistryError(f"the index leads to more than {_MOST_MANIFESTS} manifests; it was refused")
            seen.add(digest)
            try:
                part = self._part(digest)
            except RegistryUnreachableError:
                raise
            except RegistryError as error:
                problems.append(Problem(self._name, f"{digest} in its index: {error}"))
                continue
            if isinstance(part, Index):
                left.extend(descriptor.digest for descriptor in part.manifests)
            else:
                found += part
        return tuple(found), tuple(problems)

    def _part(self, digest: str) -> Index | list[Found]:
        image = self._known.image(digest)
        if image is not None:
            return [Found(digest, replace(image, name=self._name))]
        document = self._registry.manifest(self._repository, digest)
        return document if isinstance(document, Index) else list(self._image(document)) if document else []

    def _image(self, manifest: Manifest) -> Iterator[Found]:
        if not manifest.is_image:
            return
        image = self._known.image(manifest.digest)
        if image is None:
            configuration = self._registry.configuration(self._repository, manifest.config)
            image = _image(self._name, manifest, configuration)
        yield Found(manifest.digest, replace(image, name=self._name))


def _image(name: str, manifest: Manifest, configuration: Configuration) -> Image:
    instructions = chain(configuration.instructions, repeat(""))  # a history may be short, or lacking
    layers = tuple(
        Layer(descriptor.digest, instruction, descriptor.size, Basis.COMPRESSED)
        for descriptor, instruction in zip(manifest.layers, instructions, strict=False)
    )
    return Image(name, configuration.platform, layers, labels=configuration.labels)
