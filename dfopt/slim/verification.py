"""Two images side by side: their configurations, what they answer to probes, and their figures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from dfopt.slim.base import BaseConfig
from dfopt.slim.commands import Start, start_of
from dfopt.slim.measures import Measures, measure
from dfopt.slim.restating import healthcheck

if TYPE_CHECKING:
    from dfopt.images import Engine, ImageConfig, ImageRef, Probe, ProbeResult

_SETTLING_SECONDS = 3.0
_FORM = "has exec form now, and does the same"
_MANAGER = "node is started without the package manager that only started it"


@dataclass(frozen=True, slots=True)
class Build:
    """How to build one of the two images."""

    context: Path
    dockerfile: Path | bytes
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for both builds and runs; `log` gets the lines of progress."""

    network: str | None = None
    build_args: Mapping[str, str] | None = None
    log: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """An image that was built, and what its container answered to probes and logged."""

    image: "ImageRef"
    config: "ImageConfig"
    probes: tuple["Probe", ...]
    answers: tuple["ProbeResult", ...]
    log: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of the configuration that differs; `declared` says why that is meant to be, None where it is not."""

    name: str
    before: str
    after: str
    declared: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a probe gave on both images; `is_kept` where the second does what the first did."""

    name: str
    before: "ProbeResult"
    after: "ProbeResult"

    @property
    def is_kept(self) -> bool:
        """Whether nothing is lost: the first failed itself, or both passed with the same answer."""
        return not self.before.ok or (self.after.ok and self.after.answer == self.before.answer)

    @property
    def detail(self) -> str:
        """What is wrong, for people; empty where nothing is."""
        if not self.before.ok:
            return f"fails on the original too: {self.before.detail}"
        if not self.after.ok:
            return self.after.detail
        return "" if self.is_kept else _first_difference(self.before.answer, self.after.answer)


@dataclass(frozen=True, slots=True)
class Verification:
    """The whole comparison."""

    before: Measures
    after: Measures
    differences: tuple[Difference, ...]
    probes: tuple[Comparison, ...]

    @property
    def is_same(self) -> bool:
        """Whether the second image does what the first did, as far as was looked."""
        return all(each.declared for each in self.differences) and all(each.is_kept for each in self.probes)


def verify(
    engine: "Engine",
    original: Build,
    rewritten: Build,
    options: Options,
    probes: Sequence["Probe"] | None = None,
    unstated: frozenset[str] = frozenset(),
) -> Verification:
    """Build both, look at both, and try the probes on both.

    Args:
        engine: entered, so that all that is started is removed.
        original: how to build the image as it was.
        rewritten: how to build the other one.
        options: the network and the build arguments of both.
        probes: what to try; what the original image says of itself when None.
        unstated: variables that may be missing in the rewritten image.

    Raises:
        ImagesError: a build fails, or a container can't be started.
    """
    before = observe(engine, original, options, probes)
    after = observe(engine, rewritten, options, before.probes)
    return verification(engine, before, after, compare(engine, before, after, options), unstated)


def observe(engine: "Engine", build: Build, options: Options, probes: Sequence["Probe"] | None = None) -> Observed:
    """Build an image and try it; without probes what it says of itself is tried. Raises ImagesError."""
    from dfopt.images import default_probes

    image = engine.build(
        build.context,
        build.dockerfile,
        network=options.network,
        build_args=options.build_args or {},
        target=build.target,
        log=options.log,
    )
    config = engine.config(image)
    chosen = tuple(default_probes(config) if probes is None else probes)
    return Observed(image, config, chosen, *_answers(engine, image, chosen, options))


def compare(engine: "Engine", before: Observed, after: Observed, options: Options) -> tuple[Comparison, ...]:
    """The answers side by side; where they differ, the original is asked a second time."""
    compared = [Comparison(one.name, one, other) for one, other in zip(before.answers, after.answers, strict=True)]
    if any(each.before.ok and each.after.ok and not each.is_kept for each in compared):
        again, _ = _answers(engine, before.image, before.probes, options)
        compared = [_stable(each, second) for each, second in zip(compared, again, strict=True)]
    return tuple(compared)


def verification(
    engine: "Engine",
    before: Observed,
    after: Observed,
    probed: tuple[Comparison, ...],
    unstated: frozenset[str] = frozenset(),
) -> Verification:
    """All of a comparison, the figures of both images among it. Raises ImagesError."""
    return Verification(
        before=measure(engine, before.image),
        after=measure(engine, after.image),
        differences=tuple(differences(before.config, after.config, unstated)),
        probes=probed,
    )


def differences(before: "ImageConfig", after: "ImageConfig", unstated: frozenset[str]) -> Iterator[Difference]:
    """The parts of two configurations that differ."""
    configs = [BaseConfig.of_image(config).config for config in (before, after)]
    starts = [start_of(config) for config in configs]
    is_form_only = (starts[0].entrypoint, starts[0].cmd) == (starts[1].entrypoint, starts[1].cmd)
    start = _FORM if is_form_only else _MANAGER if _is_without_manager(starts[0], starts[1]) else None
    declared = {
        "entrypoint": start,
        "cmd": start,
        "healthcheck": _FORM if starts[0].healthcheck == starts[1].healthcheck else None,
        "shell": "no instruction needs it any more" if not starts[1].shells else None,
    }
    for field in fields(before):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if field.name == "env":
            yield from _variables(one, other, unstated)
        elif one != other:
            if field.name == "healthcheck":
                one, other = (config.healthcheck and healthcheck(config.healthcheck) for config in configs)
            yield Difference(field.name, _shown(one), _shown(other), declared.get(field.name))


def _is_without_manager(before: Start, after: Start) -> bool:
    """Whether node runs in the place of a package manager; the probes tell whether it does the same."""
    pairs = zip(before.command, after.command, strict=False)
    first = next(((one, other) for one, other in pairs if one != other), ("", ""))
    return first[0] in ("npm", "yarn", "pnpm") and first[1] == "node"


def _variables(before: Mapping[str, str], after: Mapping[str, str], unstated: frozenset[str]) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            is_meant = name in unstated and name not in after
            declared = "only says which version the base has" if is_meant else None
            yield Difference(f"env {name}", before.get(name, ""), after.get(name, ""), declared)


def _answers(
    engine: "Engine", image: "ImageRef", probes: Sequence["Probe"], options: Options
) -> "tuple[tuple[ProbeResult, ...], str]":
    """What a container answers, and what it logged; without probes, whether and how it ends."""
    from dfopt.images import run_probes
    from dfopt.images.errors import ContainerError
    from dfopt.images.probing import ProbeResult

    names = [str(probe) for probe in probes] or ["runs"]
    try:
        with engine.run(image, network=options.network, ports=_ports(probes)) as container:
            if probes:
                return tuple(run_probes(container, probes)), container.logs()
            state = container.wait(_SETTLING_SECONDS)
            said = container.logs()
            answer = f"{_shown_state(state.running, state.exit_code)}\n{'' if state.running else said}"
            return (ProbeResult("runs", ok=True, answer=answer),), said
    except ContainerError as error:
        return tuple([ProbeResult(name, ok=False, detail=str(error)) for name in names]), ""


def _ports(probes: Sequence["Probe"]) -> list[int]:
    return sorted({port for probe in probes if (port := getattr(probe, "port", None))})


def _stable(compared: Comparison, second: "ProbeResult") -> Comparison:
    """A comparison that does not count an answer in which the original does not agree with itself."""
    if compared.before.ok and second.ok and compared.before.answer != second.answer and compared.after.ok:
        return Comparison(compared.name, compared.before, compared.before)
    return compared


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def _shown_state(running: bool, exit_code: int | None) -> str:
    return "running" if running else f"ended with status {exit_code}"


def _first_difference(before: str, after: str) -> str:
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    line = next(((one, other) for one, other in pairs if one != other), (before[-80:], after[-80:]))
    return f"answers {line[1]!r} instead of {line[0]!r}"
