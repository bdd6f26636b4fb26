"""Checking many files: results of earlier runs where nothing changed, all cores where there is enough to do."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dfopt.cli.files import STDIN, InputError, read_file
from dfopt.cli.processes import spread
from dfopt.frozen import frozen
from dfopt.model.context import Context
from dfopt.reports.report import FileReport
from dfopt.rules.settings import Settings

if TYPE_CHECKING:
    from dfopt.cli.cache import Cache
    from dfopt.rules.checker import Checker

SettingsFor = Callable[[str], Settings]

_MODULES = ("dfopt.rules.checker", "dfopt.syntax.parser", "dfopt.reports.codec")


class Job(NamedTuple):
    """One file to check. `place` is its path for the build context and the configuration, None where it has none."""

    path: str
    place: str | None
    data: bytes
    settings: Settings


class Result(NamedTuple):
    """The findings as JSON with what the rules saw of the context, or why there are none."""

    encoded: str
    observations: list[list[object]]
    failure: str | None = None


@frozen()
class CheckedFiles:
    """The reports in the order of the files, and the files that could not be checked."""

    reports: tuple[FileReport, ...]
    errors: tuple[InputError, ...]


def check_files(
    files: Sequence[str], settings_for: SettingsFor, *, cache: "Cache | None", jobs: int, stdin_filename: str | None
) -> CheckedFiles:
    """Check all files that can be read. `jobs` is the number of processes, 0 for one a core."""
    errors: list[InputError] = []
    todo: list[Job] = []
    read = read_jobs(files, settings_for, stdin_filename, errors)
    if cache:
        todo += read
        results = _cached(todo, jobs, cache)
    else:
        results = list(_fresh(_noted(read, todo), len(files), jobs, Context))
    reports = []
    for job, result in zip(todo, results, strict=True):
        if result.failure:
            errors.append(InputError(job.path, result.failure))
        else:
            reports.append(FileReport(job.path, job.data, result.encoded))
    return CheckedFiles(tuple(reports), tuple(errors))


def read_jobs(
    files: Sequence[str], settings_for: SettingsFor, stdin_filename: str | None, errors: list[InputError]
) -> Iterator[Job]:
    """Read the files one after the other, and note which ones can't be read."""
    for file in files:
        place = stdin_filename if file == STDIN else file
        try:
            yield Job(place or file, place, read_file(file), settings_for(place or file))
        except InputError as error:
            errors.append(error)


def _noted(jobs: Iterator[Job], todo: list[Job]) -> Iterator[Job]:
    for job in jobs:
        todo.append(job)
        yield job


def _cached(jobs: Sequence[Job], processes: int, cache: "Cache") -> list[Result]:
    """The results that are kept and still hold, and fresh ones, kept from now on, for the other files."""
    from dfopt.cli.cache import key_of
    from dfopt.cli.observing import ObservedContext

    keys = [key_of(job.settings, job.data, has_context=job.place is not None) for job in jobs]
    kept = cache.read(keys)
    results = [_unpacked(kept[key], job) if key in kept else None for job, key in zip(jobs, keys, strict=True)]
    missing = [job for job, result in zip(jobs, results, strict=True) if result is None]
    fresh = _fresh(missing, len(missing), processes, ObservedContext)
    complete = [next(fresh) if result is None else result for result in results]
    new = zip(keys, results, complete, strict=True)
    cache.write([(key, _packed(result)) for key, old, result in new if old is None and not result.failure])
    return complete


def _fresh(jobs: Iterable[Job], count: int, processes: int, context: type[Context]) -> Iterator[Result]:
    """Checks the files; only where the results are kept need the context note what is asked of it."""
    work = partial(_check_some, context=context)
    return spread(work, jobs, processes, _MODULES, count)


def _packed(result: Result) -> bytes:
    """One line of JSON for the observations, then the findings."""
    return f"{json.dumps(result.observations)}\n{result.encoded}".encode("utf-8", "surrogatepass")


def _unpacked(packed: bytes, job: Job) -> Result | None:
    observations, _, encoded = packed.partition(b"\n")
    if observations != b"[]":
        from dfopt.cli.observing import still_true

        context = _context(job, Context)
        if context is None or not still_true(json.loads(observations), context):
            return None
    return Result(encoded.decode("utf-8", "surrogatepass"), [])


def _context(job: Job, kind: type[Context]) -> Context | None:
    return kind.at(os.path.dirname(job.place), job.place) if job.place is not None else None  # noqa: PTH120


def _check_some(jobs: Sequence[Job], context: type[Context]) -> list[Result]:
    from dfopt.rules.checker import Checker

    different = {id(job.settings): job.settings for job in jobs}
    checkers = {key: Checker(settings) for key, settings in different.items()}
    return [_check_one(job, checkers[id(job.settings)], _context(job, context)) for job in jobs]


def _check_one(job: Job, checker: "Checker", context: Context | None) -> Result:
    from dfopt.model.model import Model
    from dfopt.model.release import release
    from dfopt.reports.codec import encode
    from dfopt.rules.checker import RuleCrashError
    from dfopt.syntax.parser import parse

    try:
        model = Model(parse(job.data), context, data=job.data)
        encoded = encode(checker.check(model), model.lines)
        release(model)
    except RuleCrashError as error:
        return Result("[]", [], f"is not checked: {error}; leave the rule out with --ignore, and report the file")
    except Exception as error:  # noqa: BLE001 - a fault that one file brings to light must not stop the others
        return Result("[]", [], f"is not checked: {type(error).__name__}: {error}; report the file, dfopt is at fault")
    return Result(encoded, getattr(context, "observations", []))
