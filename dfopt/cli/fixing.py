"""Fixing many files: each one read, fixed and written by itself, so that no file stops another."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from dfopt.cli.checking import Job, SettingsFor, read_jobs
from dfopt.cli.files import InputError
from dfopt.cli.interaction import Interaction
from dfopt.cli.processes import spread
from dfopt.fix.engine import Accept, Fixer, FixResult
from dfopt.fix.write import write
from dfopt.frozen import frozen
from dfopt.model.context import Context
from dfopt.rules.checker import Checker, RuleCrashError
from dfopt.rules.settings import Settings


@frozen()
class FixedFile:
    """A file before and after its fixes."""

    path: str
    before: bytes
    result: FixResult

    @property
    def is_changed(self) -> bool:
        """Whether the fixes change it."""
        return self.result.data != self.before


@frozen()
class FixedFiles:
    """The files that could be fixed, in their order, and the errors of the others."""

    files: tuple[FixedFile, ...]
    errors: tuple[InputError, ...]


@frozen()
class Plan:
    """What is done with every file; the result is written to the file itself, or to nothing."""

    unsafe: bool
    in_place: bool


class _Outcome(NamedTuple):
    result: FixResult | None
    failure: str = ""


def fix_files(
    files: Sequence[str],
    settings_for: SettingsFor,
    plan: Plan,
    *,
    jobs: int,
    stdin_filename: str | None,
    interaction: Interaction | None = None,
) -> FixedFiles:
    """Fix all files that can be read, in this process where there is somebody to ask."""
    errors: list[InputError] = []
    todo = list(read_jobs(files, settings_for, stdin_filename, errors))
    work = partial(_fix_some, plan=plan, interaction=interaction)
    fixed = []
    for job, (result, failure) in zip(todo, spread(work, todo, 1 if interaction else jobs, ()), strict=True):
        if result is None:
            errors.append(InputError(job.path, failure))
        else:
            fixed.append(FixedFile(job.path, job.data, result))
    return FixedFiles(tuple(fixed), tuple(errors))


def _fix_some(jobs: Sequence[Job], plan: Plan, interaction: Interaction | None) -> list[_Outcome]:
    checkers: dict[int, Checker] = {}
    outcomes = []
    for job in jobs:
        checker = _checker(checkers, job.settings)
        outcomes.append(_fix_one(job, checker, plan, interaction.asking_about(job.path) if interaction else None))
    return outcomes


def _checker(checkers: dict[int, Checker], settings: Settings) -> Checker:
    if id(settings) not in checkers:
        checkers[id(settings)] = Checker(settings)
    return checkers[id(settings)]


def _fix_one(job: Job, checker: Checker, plan: Plan, accept: Accept | None) -> _Outcome:
    context = Context.at(Path(job.place).parent, Path(job.place)) if job.place is not None else None
    try:
        result = Fixer(checker.check, unsafe=plan.unsafe, accept=accept).fix(job.data, context)
        if plan.in_place:
            write(Path(job.path), result.data, read=job.data)
    except OSError as error:
        return _Outcome(None, f"is not fixed: {error.strerror or error}")
    except RuleCrashError as error:
        return _Outcome(None, f"is not fixed: {error}; leave the rule out with --ignore, and report the file")
    except Exception as error:  # noqa: BLE001 - a fault that one file brings to light must not stop the others
        return _Outcome(
            None, f"is not fixed: {type(error).__name__}: {error}; this is a fault of dfopt, report the file"
        )
    return _Outcome(result)
