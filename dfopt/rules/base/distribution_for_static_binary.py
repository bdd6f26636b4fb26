"""The rule `distribution-for-static-binary`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import identified
from dfopt.rules.shared.entry import entries
from dfopt.rules.shared.linking import is_static
from dfopt.syntax.nodes import Cmd, Entrypoint

_HARMLESS_PROGRAMS = frozenset(
    ": addgroup adduser apk apt-get chgrp chmod chown groupadd mkdir rm set true update-ca-certificates useradd".split()
)
_HARMLESS_PACKAGES = frozenset({"ca-certificates", "tzdata"})


class DistributionForStaticBinary(Rule):
    """A program that needs nothing stands on a whole distribution.

    ## What it does

    Reports a final image on a distribution whose program comes from a stage that links it statically (Go with
    `CGO_ENABLED=0`, Rust for musl), runs in exec form, and has nothing beside it but certificates, time zones, folders
    and users.

    ## Why is this bad

    The distribution's shell, package manager and libraries are never used: 8 MB of Alpine, 75 MB of a slim Debian, with
    holes that must be patched. `gcr.io/distroless/static` has certificates, time zones and a user without rights in
    2 MB; `scratch` has nothing.

    ## Example

    ```dockerfile
    FROM golang:1.26 AS build
    COPY . .
    RUN CGO_ENABLED=0 go build -o /server .

    FROM debian:12-slim
    COPY --from=build /server /server
    ENTRYPOINT ["/server"]
    ```

    ```dockerfile
    FROM golang:1.26 AS build
    COPY . .
    RUN CGO_ENABLED=0 go build -o /server .

    FROM gcr.io/distroless/static-debian13
    COPY --from=build /server /server
    ENTRYPOINT ["/server"]
    ```
    """

    id = "distribution-for-static-binary"
    severity = Severity.INFO
    help = "take gcr.io/distroless/static or scratch"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        if final is None or final.external_base is None or not _stands_on_distribution(final.external_base):
            return
        found = [entry for entry in entries(model) if entry.is_exec_form and entry.script is None]
        program = found[0].commands[0].name if found and found[0].commands else ""
        source = _origin(program, final)
        if source and is_static(source) and all(_is_harmless(command) for command in final.commands):
            message = f"{program} is linked statically and needs nothing of {final.external_base}"
            yield Finding(final.from_.image, message)


def _stands_on_distribution(reference: str) -> bool:
    from dfopt.knowledge.bases import Kind, Variant

    base = identified(reference)
    return base is not None and base.kind is Kind.DISTRIBUTION and base.variant is not Variant.DISTROLESS


def _origin(program: str, final: Stage) -> Stage | None:
    """The stage that a program is copied from."""
    for copy in final.copies:
        if copy.from_stage is None:
            continue
        folder = copy.destination.rstrip("/")
        names = [copy.destination, *(f"{folder}/{source.name}" for source in copy.sources)]
        if program in names:
            return copy.from_stage
    return None


def _is_harmless(command: Invocation) -> bool:
    if command.program in ("apk", "apt-get"):
        packages = [word.value for word in command.operands[1:] if not word.value.startswith("-")]
        return set(packages) <= _HARMLESS_PACKAGES
    return command.program in _HARMLESS_PROGRAMS
