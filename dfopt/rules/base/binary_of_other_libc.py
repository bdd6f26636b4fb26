"""The rule `binary-of-other-libc`."""

import re
from collections.abc import Iterator

from dfopt.model.copies import CopyFacts, Source
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import base_of
from dfopt.rules.shared.linking import dynamic_programs
from dfopt.syntax.nodes import Copy

_COMPATIBLE = frozenset({"gcompat", "libc6-compat", "musl"})
_MODULES = re.compile(r"(?:^|/)(?:node_modules|site-packages|dist-packages|\.?venv)(?:/|\Z)")


class BinaryOfOtherLibc(Rule):
    """What was built with one C library is copied to another.

    ## What it does

    Reports a `COPY --from` that brings a program, `node_modules` or a virtual environment from a stage on Alpine (musl)
    to one on a distribution with glibc, or the other way round. Programs that are linked statically (Go with
    `CGO_ENABLED=0`, Rust for musl, `-static`) or were downloaded, data files, and images with gcompat are left out.

    ## Why is this bad

    The program names the loader of its C library, which is not there: it does not start, and the message is `not
    found`, although the file is there. Modules with compiled parts fail when they are loaded.

    ## Example

    ```dockerfile
    FROM rust:1.91 AS build
    RUN cargo build --release

    FROM alpine:3.22
    COPY --from=build /target/release/server /server
    CMD ["/server"]
    ```

    ```dockerfile
    FROM rust:1.91-alpine AS build
    RUN cargo build --release

    FROM alpine:3.22
    COPY --from=build /target/release/server /server
    CMD ["/server"]
    ```
    """

    id = "binary-of-other-libc"
    help = "build on the distribution that it runs on, or link statically"
    instructions = (Copy,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        here = _libc(stage)
        for copy in stage.copies:
            there = _libc(copy.from_stage) if copy.from_stage else None
            if there and here and there != here and not _has_other_libc(stage):
                for source, what in _dependent(copy, stage):
                    yield Finding(source.word, f"{what} of {there} does not work with the {here} of this stage")


def _libc(stage: Stage) -> str | None:
    base = base_of(stage)
    return base.libc if base else None


def _dependent(copy: CopyFacts, stage: Stage) -> Iterator[tuple[Source, str]]:
    """The sources that need the C library they were built with, and what each of them is.

    Modules count where their language runs, not where a web server sends them.
    """
    base = base_of(stage)
    for source in copy.sources:
        modules = _MODULES.search(source.text)
        if modules and base and copy.from_stage and copy.from_stage.package_commands:
            folder = modules[0].strip("/")
            if base.language == ("node" if folder == "node_modules" else "python"):
                yield source, folder
    for program in dynamic_programs(copy):
        yield program, f"the program {program.name}"


def _has_other_libc(stage: Stage) -> bool:
    names = {package.name for step in stage.lineage for each in step.package_commands for package in each.packages}
    return bool(names & _COMPATIBLE)
