"""Work on many files, on all cores where there is enough of it."""

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_JOBS_A_PROCESS_PAYS_FOR = 40
_SMALLEST_CHUNK = 8


def spread(
    work: Callable[[Sequence[Job]], list[Result]],
    jobs: Iterable[Job],
    processes: int,
    modules: Sequence[str],
    count: int | None = None,
) -> Iterator[Result]:
    """The results of all jobs in their order; `work` does some of them at once, here or in other processes.

    `processes` is their number, 0 for one a core. They import `modules` while the jobs are still being made, of which
    there are `count` or somewhat fewer.
    """
    if count is None:
        jobs = tuple(jobs)
        count = len(jobs)
    worth = count // _JOBS_A_PROCESS_PAYS_FOR
    processes = min(processes or os.cpu_count() or 1, worth)
    if processes < 2:
        if worth:
            _get_ready(modules)
        yield from work(list(jobs))
        return
    from multiprocessing import get_all_start_methods, get_context

    method = "fork" if "fork" in get_all_start_methods() else None
    with get_context(method).Pool(processes, _get_ready, [modules]) as pool:
        for results in pool.imap(work, _chunks(jobs, count, processes)):
            yield from results


def _get_ready(modules: Sequence[str]) -> None:
    """Import modules, and from then on look for garbage while the processor's cache still holds it.

    Most objects go with their file, and that costs half of what it does later, in main memory. What was imported so far
    stays, and is not looked at again.
    """
    for module in modules:
        import_module(module)
    gc.freeze()
    gc.set_threshold(10_000)


def _chunks(jobs: Iterable[Job], count: int, processes: int) -> Iterator[Sequence[Job]]:
    """All jobs in parts that get smaller: few of them in all, and the last ones end at about the same time."""
    rest = iter(jobs)
    while chunk := list(islice(rest, max(count // (2 * processes), _SMALLEST_CHUNK))):
        yield chunk
        count -= len(chunk)
