"""Work on many files, on all cores where there is enough of it."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_JOBS_A_PROCESS_PAYS_FOR = 40
_SMALLEST_CHUNK = 8


def spread(
    work: Callable[[Sequence[Job]], list[Result]], jobs: Sequence[Job], processes: int, modules: Sequence[str]
) -> Iterator[Result]:
    """The results of all jobs in their order; `work` does some of them at once, here or in other processes.

    `processes` is their number, 0 for one a core. `modules` are imported first, so that the processes, which are copies
    of this one, need not import them.
    """
    worth = len(jobs) // _JOBS_A_PROCESS_PAYS_FOR
    if worth:
        for module in modules:
            import_module(module)
        _collect_often()
    processes = min(processes or os.cpu_count() or 1, worth)
    if processes < 2:
        yield from work(jobs)
        return
    from multiprocessing import get_all_start_methods, get_context

    method = "fork" if "fork" in get_all_start_methods() else None
    with get_context(method).Pool(processes) as pool:
        for results in pool.imap(work, _chunks(jobs, processes)):
            yield from results


def _collect_often() -> None:
    """Look for garbage while the processor's cache still holds it: from here on most objects go with their file.

    That costs half of what it does later, in main memory. What was imported so far stays, and is not looked at again.
    """
    gc.freeze()
    gc.set_threshold(10_000)


def _chunks(jobs: Sequence[Job], processes: int) -> Iterator[Sequence[Job]]:
    """All jobs in parts that get smaller: few of them in all, and the last ones end at about the same time."""
    start = 0
    while start < len(jobs):
        size = max((len(jobs) - start) // (2 * processes), _SMALLEST_CHUNK)
        yield jobs[start : start + size]
        start += size
