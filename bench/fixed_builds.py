"""Whether Dockerfiles that build still build once `dfopt fix` has been over them, and to the same image.

    python bench/fixed_builds.py FOLDER... [--files 40] [--seed 1] [--seconds 300]

Draws files on Debian or Ubuntu that copy nothing from a build context and fetch nothing but packages of the
distribution, in a random order, until that many have been built as they are. Each is then built with its safe fixes and
with its unsafe ones. Compared are the effective configuration, but for what a fix declares that it changes (MAINTAINER
becomes a label), and, for safe fixes, the names of the packages that the image has. Docker needs to have
`debian:bookworm` and `debian:bullseye`: the images that the files name, and that it has not, stand for the nearest of
these while it runs. Another release has other versions of packages, so that nothing is pinned (apt-versions-unpinned).
"""

import argparse
import random
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

import dfopt
from dfopt.fix.engine import FixResult
from dfopt.images import Engine, ImageConfig, ImagesError, find_engine
from dfopt.knowledge.bases import identify
from dfopt.model.copies import SourceKind
from dfopt.model.model import Model
from dfopt.rules.diagnostic import Safety
from dfopt.rules.settings import Settings

OLD = re.compile(r"^(?:debian:(?:[6-9]|10|11)|ubuntu:(?:1\d|20))\b")
ELSEWHERE = (
    "curl",
    "wget",
    "git",
    "svn",
    "hg",
    "pip",
    "pip3",
    "npm",
    "yarn",
    "gem",
    "go",
    "cargo",
    "cpan",
    "cpanm",
    "add-apt-repository",
    "apt-key",
    "gpg",
    "mvn",
    "composer",
    "pecl",
)
RULES = Settings().rules - {"apt-versions-unpinned"}
PACKAGE = re.compile(rb"^Package: (.+)\n(?:[^\n]+\n)*?Status: install ok installed$", re.MULTILINE)


DECLARED = {
    "cmd": "config:CMD",
    "entrypoint": "config:ENTRYPOINT",
    "env": "config:ENV",
    "exposed_ports": "config:EXPOSE",
    "labels": "config:LABEL",
    "shell": "config:SHELL",
    "user": "config:USER",
    "volumes": "config:VOLUME",
    "workdir": "config:WORKDIR",
}
"""What a fix declares when it changes a field of the configuration."""


@dataclass(frozen=True, slots=True)
class Built:
    """What is compared of an image."""

    config: ImageConfig
    packages: frozenset[str]


class TooLongError(Exception):
    """A build took longer than it may."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=300, help="the longest that one build may take")
    options = parser.parse_args()
    order = sorted(path for folder in options.folders for path in usable(folder))
    random.Random(options.seed).shuffle(order)
    built = differing = failing = 0
    with find_engine("docker") as engine:
        for path in order:
            if built == options.files:
                break
            before = build(engine, path.read_bytes(), options.seconds)
            if isinstance(before, str):
                print(f"does not build: {path.name}: {before}", flush=True)
                continue
            built += 1
            for name, unsafe in (("safe", False), ("unsafe", True)):
                fixed = dfopt.fix(path.read_bytes(), Settings(RULES), unsafe=unsafe)
                after = build(engine, fixed.data, options.seconds)
                differences = [after] if isinstance(after, str) else list(compare(before, after, fixed))
                failing += isinstance(after, str)
                differing += bool(differences)
                found = "; ".join(differences) or "the same"
                print(f"{path.name}, {name}, {len(fixed.applied)} fixes: {found}", flush=True)
    print(f"candidates={len(order)} built={built} failing={failing} differing={differing}")
    return 1 if failing or not built else 0


def usable(folder: Path) -> Iterator[Path]:
    """The files that need nothing but packages."""
    for path in folder.rglob("*"):
        if path.is_file():
            model = Model(dfopt.parse(path.read_bytes()))
            bases = bases_of(model)
            reads = any(
                source.kind in (SourceKind.CONTEXT, SourceKind.URL) for copy in model.copies for source in copy.sources
            )
            if bases and not reads and not model.commands_named(*ELSEWHERE) and all(map(stand_in, bases)):
                yield path


def bases_of(model: Model) -> frozenset[str]:
    return frozenset(stage.external_base for stage in model.stages if stage.external_base)


def stand_in(reference: str) -> str | None:
    """The image that stands for one of Debian or Ubuntu; None for any other."""
    base = identify(reference)
    if base is None or base.image not in ("debian", "ubuntu") or base.reference.digest:
        return None
    return "debian:bullseye" if OLD.match(f"{base.image}:{base.release}") else "debian:bookworm"


@contextmanager
def stand_ins(bases: frozenset[str]) -> Iterator[None]:
    """Let the engine have the bases under the names that a file uses."""
    missing = [base for base in bases if docker("image", "inspect", base)]
    for base in missing:
        docker("tag", str(stand_in(base)), base)
    try:
        yield
    finally:
        for base in missing:
            docker("rmi", base)


def docker(*arguments: str) -> int:
    return subprocess.run(["docker", *arguments], check=False, capture_output=True).returncode


def build(engine: Engine, dockerfile: bytes, seconds: int) -> Built | str:
    """What a Dockerfile builds in an empty context, or why it does not."""
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        with stand_ins(bases_of(Model(dfopt.parse(dockerfile)))), tempfile.TemporaryDirectory() as context:
            image = engine.build(Path(context), dockerfile, network="host")
        signal.alarm(0)
        with engine.export(image) as root:
            status = root.read("/var/lib/dpkg/status") if "/var/lib/dpkg/status" in root else b""
        found = Built(engine.config(image), frozenset(name.decode() for name in PACKAGE.findall(status)))
        engine.remove(image)
    except TooLongError:
        return f"takes more than {seconds} s"
    except ImagesError as error:
        return str(error).splitlines()[-2:][0]
    finally:
        signal.alarm(0)
    return found


def too_long(_signal: int, _frame: object) -> None:
    raise TooLongError


def compare(before: Built, after: Built, fixed: FixResult) -> Iterator[str]:
    declared = {change.value for each in fixed.applied if each.fix for change in each.fix.declares}
    for each in fields(ImageConfig):
        old, new = getattr(before.config, each.name), getattr(after.config, each.name)
        if old != new and DECLARED.get(each.name) not in declared:
            yield f"{each.name} {old!r} -> {new!r}"
    is_safe = all(each.fix.safety is Safety.SAFE for each in fixed.applied if each.fix)
    if is_safe and before.packages != after.packages:
        yield f"packages {sorted(before.packages ^ after.packages)}"


if __name__ == "__main__":
    sys.exit(main())
