"""The same work on many machines: this one lists and keeps, Dask workers that are there already read.

`dfopt[fleet]`, in the same version, must be installed where the workers run, and they log in to registries with what
they find in their own environment.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from dfopt.images import RegistryUnreachableError
from dfopt.images.registry import Registry, Target
from dfopt.layers.sources.readings import NOTHING, Known, Reading
from dfopt.layers.sources.registry import CONNECTIONS, Reference, list_references, read_each, read_references

if TYPE_CHECKING:
    from distributed import Client

_BATCH = 100
_SECONDS_TO_CONNECT = 10

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class ScaleError(Exception):
    """Dask workers that can't be reached, or do not know how to do the work."""


def read_registries_on_workers(targets: Sequence[str], address: str, known: Known = NOTHING) -> Iterator[Reading]:
    """Read what registries hold, as `read_registries` does, with the workers of the Dask scheduler at an address.

    Readings come as they are done. A name that still stands for what is `known` is not read again.

    Raises:
        ScaleError: the scheduler can't be reached, it has no workers, or these can't do the work.
    """
    with _connected(address) as client:
        yield from read_each(targets, lambda registry, target: _read(client, registry, target, known))


def on_workers(
    client: "Client", function: Callable[[Sequence[_Item]], _Result], items: Iterable[_Item]
) -> Iterator[_Result]:
    """What a function of a module gives for batches of items, as Dask's workers get them done.

    Raises:
        ScaleError: a worker could not run the function.
        RegistryUnreachableError: the function raised it.
    """
    from distributed import as_completed

    batches = _batches(items)
    threads = sum(client.nthreads().values())
    futures = as_completed(with_results=True)
    for batch in islice(batches, 2 * threads):
        futures.add(client.submit(function, batch, pure=False))
    try:
        for _, result in futures:
            yield result
            for batch in islice(batches, 1):
                futures.add(client.submit(function, batch, pure=False))
    except RegistryUnreachableError:
        raise
    except Exception as error:
        raise ScaleError(
            f"a Dask worker failed: {error}\nThe workers need dfopt[fleet,registry] in this version."
        ) from error


def _connected(address: str) -> "Client":
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ScaleError("work on many machines needs Dask, so: pip install 'dfopt[fleet]'") from error
    try:
        client = Client(address, timeout=_SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise ScaleError(f"no Dask scheduler answers at {address}: {error}") from error
    if not client.nthreads():
        client.close()
        raise ScaleError(f"the Dask scheduler at {address} has no workers; start some with: dask worker {address}")
    return client


def _read(client: "Client", registry: Registry, target: Target, known: Known) -> Iterator[Reading]:
    told: list[Reading] = []

    def references() -> Iterator[Reference]:
        for item in list_references(registry, target, known):
            if isinstance(item, Reading):
                told.append(item)
            else:
                yield item

    try:
        for readings in on_workers(client, read_batch, references()):
            yield from readings
    except RegistryUnreachableError as error:
        yield Reading.failed(target.host, error, partial=True)
    yield from told


def read_batch(references: Sequence[Reference]) -> list[Reading]:
    """Read tags of one registry, on a worker.

    Raises:
        RegistryError: the worker has no httpx.
    """
    with Registry(references[0].target, connections=CONNECTIONS) as registry:
        return list(read_references(registry, references, NOTHING, CONNECTIONS))


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    remaining = iter(items)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
