"""Fleets of Dockerfiles for tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dfopt.layers.answers import Answers, Change
from dfopt.layers.builds import Build
from dfopt.layers.proposals import propose
from dfopt.layers.resolving import Resolver
from dfopt.layers.sharing import answer
from dfopt.layers.sources.dockerfiles import read
from dfopt.layers.sources.planning import plan
from dfopt.syntax.edits import Edit, apply

FIXTURES = Path(__file__).parents[2] / "fixtures" / "layers"

Files = Mapping[str, bytes]


def answers_of(files: Files, builds: Sequence[Build] | None = None) -> Answers:
    """What is told of Dockerfiles by path, each built without a context unless `builds` say otherwise."""
    builds = builds or [Build(path, None, (path.removesuffix(".Dockerfile"),)) for path in files]
    found = read([(build, files[build.dockerfile]) for build in builds])
    resolver = Resolver(found.recipes)
    return answer(resolver.fleet(), propose(resolver))


def answers_at(folder: Path, *definitions: str, **args: str) -> Answers:
    """What is told of all Dockerfiles below a folder, built as some definitions in it say."""
    dockerfiles = [str(path) for path in sorted(folder.rglob("*Dockerfile"))]
    planned = plan(dockerfiles, [str(folder / name) for name in definitions], (), args)
    assert not planned.problems
    return answers_of({path: Path(path).read_bytes() for path in dockerfiles}, planned.builds)


def changed(files: Files, changes: Sequence[Change]) -> Files:
    """The files after the changes of a proposal."""
    edits: dict[str, list[Edit]] = {}
    for change in changes:
        edits.setdefault(change.path, []).append(Edit(change.start, change.end, change.text))
    return {**files, **{path: apply(files.get(path, b""), found) for path, found in edits.items()}}
