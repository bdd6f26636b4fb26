"""Slimming with an engine: original and result are built, tried and compared, and what the closure missed is added.

The closure is the one in the build. What it found, and why, is read from the image of the stage that gathers.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dfopt.slim.closure.dominators import Holder, holders
from dfopt.slim.closure.explain import Absent, Kept, explain
from dfopt.slim.closure.gaps import find_gaps
from dfopt.slim.closure.graph import read_graph
from dfopt.slim.plan import Gap, Refusal
from dfopt.slim.slimming import Result
from dfopt.slim.verification import Build, Comparison, Observed, Options, Verification, compare, observe, verification

if TYPE_CHECKING:
    from dfopt.images import BuildError, Engine, Probe, RootFS

Slim = Callable[[tuple[Gap, ...]], Result]
"""Slims a file, with what the closure is known to miss."""

_MOST_ROUNDS = 4
_SHOWN_LINES = 6
_SHOWN, _SHOWN_START, _SHOWN_END = 300, 80, 60


@dataclass(frozen=True, slots=True)
class File:
    """A Dockerfile, and the folder that is its build context."""

    context: Path
    path: Path
    data: bytes


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a file, the proof, and what is held by single things in it."""

    result: Result
    proof: Verification | None = None
    holders: tuple[Holder, ...] = ()


def measured(engine: "Engine", slim: Slim, file: File, options: Options, probes: "Sequence[Probe] | None") -> Measured:
    """Slim, build, try and compare, again and again as long as failed probes say what is missing; at most four times.

    Args:
        engine: entered, so that all that is started is removed.
        slim: see `Slim`.
        file: what to slim.
        options: the network and the build arguments of all builds.
        probes: what to try; what the original image says of itself when None.

    Raises:
        ImagesError: an engine fails, or an image can't be read.
    """
    from dfopt.images import BuildError

    try:
        result = slim(())
        if not result.is_slimmed:
            return Measured(result)
        before = observe(engine, _original(file, result), options, probes)
    except BuildError as error:
        return Measured(_refused(file, Refusal("build", f"it does not build: {_end_of(error)}")))
    try:
        return _proved(engine, slim, file, options, result, before)
    except BuildError as error:
        reason = f"it builds, but the stages that were added do not: {_end_of(error)}"
        return Measured(_refused(file, Refusal("gathering", reason)))


def _proved(engine: "Engine", slim: Slim, file: File, options: Options, result: Result, before: Observed) -> Measured:
    """Tries the result, and grows it by what it lacks."""
    if not any(answer.ok for answer in before.answers):
        return Measured(_refused(file, Refusal("original", _original_fails(before))))
    for rounds_left in reversed(range(_MOST_ROUNDS)):
        after = observe(engine, Build(file.context, result.data), options, before.probes)
        probed = compare(engine, before, after, options)
        missed = _missed(engine, before, after, probed) if rounds_left else ()
        new = set(missed) - set(_gaps(result))
        if not new:
            break
        if options.log:
            options.log(f"tries again with {', '.join(sorted(gap.path for gap in new))}")
        result = slim((*_gaps(result), *missed))
    proof = verification(engine, before, after, probed)
    if not proof.is_same:
        return Measured(_refused(file, Refusal("probes", _not_the_same(_gaps(result)))), proof)
    with gathered(engine, file, result, options) as root:
        graph = read_graph(root)
    return Measured(result, proof, holders(graph) if graph else ())


def explained(
    engine: "Engine", file: File, result: Result, options: Options, paths: Iterable[str]
) -> tuple[Kept | Absent, ...] | None:
    """Why paths are kept or not; None where the result copies a fixed list of files. Raises ImagesError."""
    with gathered(engine, file, result, options) as root:
        graph = read_graph(root)
        return tuple([explain(path, root, graph) for path in paths]) if graph else None


def gathered(engine: "Engine", file: File, result: Result, options: Options) -> "RootFS":
    """The file system of the stage that gathers, to be closed: the original's, and the record. Raises ImagesError."""
    stage = result.plan.names.gathering if result.plan else None
    image = engine.build(
        file.context,
        result.data,
        network=options.network,
        build_args=options.build_args or {},
        target=stage,
        log=options.log,
    )
    return engine.export(image)


def _original(file: File, result: Result) -> Build:
    """How to build the image as it was: of a file that dfopt wrote, what that was made from."""
    return Build(file.context, file.path if result.original == file.data else result.original, result.target)


def _missed(engine: "Engine", before: Observed, after: Observed, probed: Sequence[Comparison]) -> tuple[Gap, ...]:
    """What the slim image lacks by its own words, where a probe is not kept."""
    lost = [each for each in probed if not each.is_kept]
    if not lost:
        return ()
    said = "\n".join([*(f"{each.after.detail}\n{each.after.answer}" for each in lost), after.log])
    with engine.export(after.image) as slim:
        kept = frozenset(slim)
    with engine.export(before.image) as root:
        return find_gaps(said, root, kept)


def _gaps(result: Result) -> tuple[Gap, ...]:
    return result.plan.gaps if result.plan else ()


def _refused(file: File, refusal: Refusal) -> Result:
    return Result(file.data, None, refusal)


def _end_of(error: "BuildError") -> str:
    """The last lines of a build's log, long ones cut: a script of many lines is one there."""
    lines = [line.strip() for line in error.last_lines if line.strip()][-_SHOWN_LINES:]
    shown = [line if len(line) <= _SHOWN else f"{line[:_SHOWN_START]} [...] {line[-_SHOWN_END:]}" for line in lines]
    return "\n  ".join([*shown, f"the complete log: {error.log}"])


def _original_fails(before: Observed) -> str:
    first = before.answers[0]
    return (
        f"not one probe passes on the original image, so nothing would be proved: {first.name}: {first.detail}; "
        "mend the file or the probes, or slim it unproved with --engine none"
    )


def _not_the_same(gaps: Sequence[Gap]) -> str:
    added = f", even with {', '.join([gap.path for gap in gaps])}" if gaps else ""
    return (
        f"the slim image does not do the same{added}, as shown below; what it lacks can be kept with --keep, or by "
        "`keep` in [slim] of dfopt.toml"
    )
