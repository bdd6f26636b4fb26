"""Work on many files, on all cores where there is enough of it."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_JOBS_A_PROCESS_PAYS_FOR = 40
_CHUNKS_PER_PROCESS = 8


def spread(
    work: Callable[[Sequence[Job]], list[Result]], jobs: Sequence[Job], processes: int, modules: Sequence[str]
) -> Iterator[Result]:
    """The results of all jobs in their order; `work` does some of them at once, here or in other processes.

    `processes` is their number, 0 for one a core. `modules` are imported first, so that the processes, which are copies
    of this one, need not import them.
    """
    processes = min(processes or os.cpu_count() or 1, len(jobs) // _JOBS_A_PROCESS_PAYS_FOR)
    if processes < 2:
        yield from work(jobs)
        return
    from importlib import import_module
    from multiprocessing import get_all_start_methods, get_context

    for module in modules:
        import_module(module)
    method = "fork" if "fork" in get_all_start_methods() else None
    size = -(-len(jobs) // (processes * _CHUNKS_PER_PROCESS))
    chunks = [jobs[start : start + size] for start in range(0, len(jobs), size)]
    with get_context(method).Pool(processes) as pool:
        for results in pool.imap(work, chunks):
            yield from results
