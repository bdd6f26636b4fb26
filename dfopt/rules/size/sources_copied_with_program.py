"""The rule `sources-copied-with-program`."""

from collections.abc import Iterator

from dfopt.model.copies import CopyFacts, SourceKind
from dfopt.model.model import Model
from dfopt.model.paths import is_below, join_path
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.syntax.nodes import Copy

_COMPILERS = ("cargo", "dotnet", "gcc", "g++", "go", "gradle", "gradlew", "mvn", "mvnw", "sbt")
_INTERPRETED = ("bundle", "composer", "npm", "pip", "pip3", "pnpm", "poetry", "uv", "yarn")


class SourcesCopiedWithProgram(Rule):
    """The folder of the sources is copied where the program in it is meant.

    ## What it does

    Reports `COPY --from=STAGE FOLDER` in the stages that the final image is made of, where that stage has copied the
    sources of a compiled program into that very folder and built them there, with a compiler that leaves its results
    among the sources (cargo, Maven, Gradle, go…). Stages that also install packages of an interpreter are left alone.

    ## Why is this bad

    Sources, tests and what the compiler keeps for the next build come along: `target` of a Rust program is hundreds of
    megabytes for a program of ten. No price is stated, for it is that of the project.

    ## Example

    ```dockerfile
    FROM rust:1.84 AS build
    WORKDIR /src
    COPY . .
    RUN cargo build --release
    FROM debian:12-slim
    COPY --from=build /src /src
    CMD ["/src/target/release/app"]
    ```

    ```dockerfile
    FROM rust:1.84 AS build
    WORKDIR /src
    COPY . .
    RUN cargo build --release
    FROM debian:12-slim
    COPY --from=build /src/target/release/app /usr/local/bin/app
    CMD ["app"]
    ```
    """

    id = "sources-copied-with-program"
    help = "copy the program and the files that it reads, by name"
    instructions = (Copy,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if not ships(stage):
            return
        for copy in stage.copies:
            if copy.from_stage is None or not _is_compiled(copy.from_stage):
                continue
            for source in copy.sources:
                folder = join_path("/", source.text)
                if folder != "/" and _has_sources(copy.from_stage, folder) and _builds_in(copy.from_stage, folder):
                    yield Finding(source.word, f"{source.text} has the sources beside the program that they become")


def _is_compiled(stage: Stage) -> bool:
    commands = [command.program for each in stage.lineage for command in each.commands]
    return any(each in _COMPILERS for each in commands) and not any(each in _INTERPRETED for each in commands)


def _has_sources(stage: Stage, folder: str) -> bool:
    return any(_brings_sources(copy, folder) for each in stage.lineage for copy in each.copies)


def _brings_sources(copy: CopyFacts, folder: str) -> bool:
    is_folder = any(source.kind is SourceKind.CONTEXT and source.name in ("", "src", "cmd") for source in copy.sources)
    return is_folder and is_below(copy.destination, folder)


def _builds_in(stage: Stage, folder: str) -> bool:
    """Whether a compiler runs in a folder, and does not put its result elsewhere."""
    return any(
        command.program in _COMPILERS and command.cwd is not None and is_below(command.cwd, folder)
        for each in stage.lineage
        for command in each.commands
    )
