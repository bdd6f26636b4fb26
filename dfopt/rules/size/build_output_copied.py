"""The rule `build-output-copied`."""

from collections.abc import Iterator

from dfopt.model.context import Context
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.picked_up import picked_up, takes_whole_context
from dfopt.syntax.nodes import Add, Copy

_MADE_FROM: dict[str, tuple[str, ...]] = {
    "target": ("Cargo.toml", "pom.xml"),
    ".gradle": (),
    "build": ("build.gradle", "build.gradle.kts"),
    "__pycache__": (),
    ".tox": (),
    ".nox": (),
    ".mypy_cache": (),
    ".pytest_cache": (),
    ".ruff_cache": (),
    ".next": (),
    ".nuxt": (),
    ".parcel-cache": (),
    ".turbo": (),
    "coverage": ("package.json",),
    "_build": ("mix.exs",),
    "deps": ("mix.exs",),
    "dist-newstyle": (),
    ".stack-work": (),
    ".terraform": (),
    ".dart_tool": (),
    "Pods": ("Podfile",),
}
"""Folders that builds and tests make, and the files of which one must be beside a folder of that name."""


class BuildOutputCopied(Rule):
    """What builds and tests left on the build machine is copied with the sources.

    ## What it does

    Reports COPY and ADD of the whole build context in the stages that the final image is made of, where the context is
    known, has folders such as `target`, `.gradle`, `__pycache__` or `.next`, and no `.dockerignore` leaves them out.
    A folder that the file copies by name is left alone.

    ## Why is this bad

    They are often much larger than the sources, were made for another system, and change with each build, so that the
    layer is never found in the cache. No price is stated, for it is that of the folders.

    ## Example

    ```dockerfile
    FROM rust:1.84
    COPY . /src
    ```

    in a build context of these files:

    ```text
    Cargo.toml
    src/main.rs
    target/debug/app
    ```
    """

    id = "build-output-copied"
    help = "put it into .dockerignore"
    instructions = (Copy, Add)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if model.context is None:
            return
        for source, name in picked_up(stage, model, tuple(_MADE_FROM), _is_made):
            if takes_whole_context(source):
                yield Finding(source.word, f"{name}, made on the build machine, is copied into the image")


def _is_made(name: str, context: Context) -> bool:
    beside = _MADE_FROM[name]
    return context.is_folder(name) and (not beside or any(context.exists(each) for each in beside))
