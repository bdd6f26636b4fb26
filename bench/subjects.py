"""What `dfopt slim` makes of the subjects in fixtures/slim, beside what mint makes of them: every probe on every image.

    python bench/subjects.py [--json FILE] [SUBJECT ...]

Builds each subject as it is and as dfopt rewrites it without an engine: from the Dockerfile alone, with no trace, no
probe and nothing added by hand. mint, where one is on PATH, traces the original twice: with the first behaviour of the
probe, and with the whole probe (its best case: the trace is then the very test that it is judged by). A line for each
subject, then what they come to. Needs docker, and what the probes need on the host.
"""

import argparse
import json
import os
import re
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import dfopt
from dfopt.images import Engine, ImageRef, find_engine
from dfopt.slim.measures import measure

SUBJECTS = Path(__file__).parents[1] / "fixtures" / "slim"
ARTICLE = ("nginx", "apache-php bookworm", "apache-php trixie", "mariadb")
ECOSYSTEMS = (
    "cpp-service",
    "go-service",
    "java-server",
    "node-express",
    "perl-mojolicious",
    "php-fpm",
    "postgresql",
    "python-flask",
    "redis",
    "ruby-sinatra",
    "rust-service",
)
SECONDS_TO_PROBE = 240
"""A program that a tracer leaves stopped answers nothing more; what it had answered by then counts."""
SECONDS_TO_SETTLE = 300


@dataclass(frozen=True, slots=True)
class Image:
    """An image's bytes and files, and the behaviours that its probe finds in it."""

    bytes: int
    files: int
    behaviours: tuple[str, ...]

    def kept_of(self, original: "Image") -> int:
        return len(set(original.behaviours) & set(self.behaviours))


@dataclass(frozen=True, slots=True)
class Row:
    """A subject's images; mint's are None where mint is not there or gives none."""

    subject: str
    original: Image
    slim: Image
    one_request: Image | None = None
    whole_probe: Image | None = None

    @property
    def ratio(self) -> float:
        return self.original.bytes / self.slim.bytes

    @property
    def of_mint(self) -> float | None:
        """How many times as big as mint's best image; None where that does not start."""
        if self.whole_probe is None or not self.whole_probe.kept_of(self.original):
            return None
        return self.slim.bytes / self.whole_probe.bytes

    @property
    def is_complete(self) -> bool:
        return set(self.original.behaviours) <= set(self.slim.behaviours)

    def line(self) -> str:
        images = (self.slim, self.one_request, self.whole_probe)
        figures = [self._figure(image) for image in images]
        return "  ".join(
            [f"{self.subject:20} {_megabytes(self.original):>8}", *figures]
            + [f"{self.ratio:5.1f}x smaller", f"files {self.original.files} -> {self.slim.files}"]
            + ([f"{self.of_mint:.2f} of mint"] if self.of_mint else [])
        )

    def _figure(self, image: Image | None) -> str:
        if image is None:
            return f"{'-':>8} {'':>5}"
        return f"{_megabytes(image):>8} {image.kept_of(self.original):>2}/{len(self.original.behaviours):<2}"


def _megabytes(image: Image) -> str:
    return f"{image.bytes / 1e6:.1f}"


@contextmanager
def docker_for(user: str) -> Iterator[str]:
    """A command for a probe whose container a tracer holds: `docker`, but a restart is left out.

    A tracer's container runs as root and only what it starts as the image's user, so other commands are given the user.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = Path(folder, "docker")
        docker = shutil.which("docker")
        command.write_text(f"""#!/bin/sh
case $1 in
restart) ;;
exec) shift; exec {docker} exec --user "{user}" "$@" ;;
*) exec {docker} "$@" ;;
esac
""")
        command.chmod(0o755)
        yield str(command)


def probe(subject: str, container: str, **environment: str) -> tuple[str, ...]:
    """The names of the behaviours that a container shows, in their order."""
    command = ["timeout", str(SECONDS_TO_PROBE), str(SUBJECTS / subject.partition(" ")[0] / "probe.sh"), container]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    return tuple(dict.fromkeys(re.findall(r"^ok (.+)", done.stdout, re.MULTILINE)))


def look_at(engine: Engine, image: ImageRef, subject: str) -> Image:
    measures = measure(engine, image)
    with engine.run(image, network="host") as container:
        return Image(measures.bytes, measures.files, probe(subject, container.name))


class Mint:
    """mint (docker-slim's successor), with the containers that it starts probed from outside."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        version = ["docker", "version", "--format={{.Server.APIVersion}}"]
        self.api = subprocess.run(version, capture_output=True, text=True, check=True).stdout.strip()

    def image(self, subject: str, image: ImageRef, **environment: str) -> Image | None:
        """The image that mint makes of another one, traced with a probe."""
        tag = f"mint-{os.getpid()}:slim"
        try:
            user = self.engine.config(image).user
            with tempfile.TemporaryDirectory() as state, docker_for(user) as docker:
                if not self._trace(subject, image, tag, state, DOCKER=docker, **environment):
                    return None
            return look_at(self.engine, self.engine.image(tag), subject)
        finally:
            subprocess.run(["docker", "image", "rm", "--force", tag], capture_output=True, check=False)

    def _trace(self, subject: str, image: ImageRef, tag: str, state: str, **environment: str) -> bool:
        command = ["mint", "--report=off", f"--crt-api-version={self.api}", f"--state-path={state}", "slim"]
        command += [f"--target={image.name}", f"--tag={tag}", "--network=host", "--http-probe=false"]
        command += ["--continue-after=signal"]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "DOCKER_API_VERSION": self.api},
        ) as process:
            container = re.search(r"mintk_\w+", _read_until(process.stdout, b"continue.after"))
            try:
                if container:
                    probe(subject, container.group(), **environment)
                    process.send_signal(signal.SIGUSR1)
                process.communicate(timeout=SECONDS_TO_SETTLE)
            except subprocess.TimeoutExpired:
                process.kill()
            finally:
                if container:
                    subprocess.run(["docker", "rm", "--force", container.group()], capture_output=True, check=False)
        return process.returncode == 0


def _read_until(stream: IO[bytes] | None, text: bytes) -> str:
    """What a process says up to a text, its end, or the end of patience."""
    if stream is None:
        return ""
    said, deadline = b"", time.monotonic() + SECONDS_TO_SETTLE
    while text not in said and time.monotonic() < deadline:
        if select.select([stream], [], [], 1)[0]:
            part = os.read(stream.fileno(), 1 << 16)
            if not part:
                break
            said += part
    return said.decode(errors="replace")


@contextmanager
def built(engine: Engine, subject: str) -> Iterator[tuple[ImageRef, ImageRef]]:
    """The image of a subject as it is, and as dfopt makes it."""
    name, *suite = subject.split()
    build_args = {"SUITE": suite[0]} if suite else {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / name
        shutil.copytree(SUBJECTS / name, folder)
        slimmed = dfopt.slim(folder / "Dockerfile", build_args=build_args)
        if not slimmed.is_slimmed:
            sys.exit(f"{subject}: {slimmed.refusal}")
        images = [
            engine.build(folder, data, network="host", build_args=build_args)
            for data in ((folder / "Dockerfile").read_bytes(), slimmed.data)
        ]
        yield images[0], images[1]
        for image in images:
            engine.remove(image)


def row(engine: Engine, mint: Mint | None, subject: str) -> Row:
    with built(engine, subject) as (original, slim):
        images = look_at(engine, original, subject), look_at(engine, slim, subject)
        if mint is None:
            return Row(subject, *images)
        return Row(subject, *images, mint.image(subject, original, FIRST_ONLY="yes"), mint.image(subject, original))


def summary(rows: list[Row]) -> str:
    complete = sum(row.is_complete for row in rows)
    ratios = [row.ratio for row in rows]
    beside = [row.of_mint for row in rows if row.of_mint]
    text = f"every probe passes on {complete} of {len(rows)}; {statistics.median(ratios):.1f}x smaller in the median"
    if not beside:
        return text
    median = statistics.median(beside)
    return f"{text}; {median:.2f} of mint's image traced with the whole probe, where that starts ({len(beside)})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subjects", nargs="*", default=[*ARTICLE, *ECOSYSTEMS], metavar="SUBJECT")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there, too")
    options = parser.parse_args()
    rows = []
    print(f"{'MB, probes kept':20} {'original':>8}  {'dfopt':>8} {'':5}  {'mint, one':>9} {'':4}  {'mint, all':>9}")
    with find_engine("docker") as engine:
        mint = Mint(engine) if shutil.which("mint") else None
        for subject in options.subjects:
            rows.append(row(engine, mint, subject))
            print(rows[-1].line(), flush=True)
            lost = [name for name in rows[-1].original.behaviours if name not in rows[-1].slim.behaviours]
            if lost:
                print(f"    lost: {', '.join(lost)}", flush=True)
    ours = [row for row in rows if row.subject in ECOSYSTEMS]
    for title, chosen in (("all", rows), ("one an ecosystem", ours)):
        if chosen:
            print(f"{title}: {summary(chosen)}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
