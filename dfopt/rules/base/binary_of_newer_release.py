"""The rule `binary-of-newer-release`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import base_of
from dfopt.rules.shared.linking import dynamic_programs
from dfopt.syntax.nodes import Copy


class BinaryOfNewerRelease(Rule):
    """What was built on a newer release is copied to an older one.

    ## What it does

    Reports a `COPY --from` that brings a program, compiled and not known to be linked statically, from a stage on a
    newer release of the same distribution than the one it is copied to.

    ## Why is this bad

    A program needs the C library that it was linked with, or a newer one: on the older release it may not start, with
    a message such as ``version `GLIBC_2.36' not found``. The images of languages move to a new release from time to
    time, so that a build that worked fails without a change.

    ## Example

    ```dockerfile
    FROM rust:1.91-trixie AS build
    RUN cargo build --release

    FROM debian:11-slim
    COPY --from=build /target/release/server /usr/local/bin/server
    CMD ["server"]
    ```

    ```dockerfile
    FROM rust:1.91-bookworm AS build
    RUN cargo build --release

    FROM debian:12-slim
    COPY --from=build /target/release/server /usr/local/bin/server
    CMD ["server"]
    ```
    """

    id = "binary-of-newer-release"
    help = "name the same release in both tags, such as -bookworm and debian:12-slim"
    instructions = (Copy,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        for copy in stage.copies:
            if copy.from_stage and (releases := _releases(copy.from_stage, stage)):
                newer, older = releases
                for program in dynamic_programs(copy):
                    yield Finding(program.word, f"{program.name} was built on {newer} and may not start on {older}")


def _releases(origin: Stage, stage: Stage) -> tuple[str, str] | None:
    """Both releases by name, where that of the origin is newer and both are of one distribution with glibc."""
    there, here = base_of(origin), base_of(stage)
    if there is None or here is None or there.family != here.family or there.libc != "glibc" != here.libc:
        return None
    newer, older = _number(there.release), _number(here.release)
    if here.libc is None or newer is None or older is None or newer <= older:
        return None
    return f"{there.family} {there.release}", f"{here.family} {here.release}"


def _number(release: str | None) -> tuple[int, ...] | None:
    parts = (release or "").split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else None
