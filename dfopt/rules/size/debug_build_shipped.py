"""The rule `debug-build-shipped`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule

_CARGO_RESULT = re.compile(rb"target/(?:[\w.-]+/)?debug/")
_PROFILES = ("-r", "--release", "--profile")


class DebugBuildShipped(Rule):
    """A program is built for debugging, and ships.

    ## What it does

    Reports `cargo build` without `--release` where the file then takes the program from `target/debug`, `cargo
    install --debug`, and `dotnet build` and `publish` that ask for the configuration Debug, in stages that the
    final image needs.

    ## Why is this bad

    The program is unoptimised: it is several times slower, and larger by its symbols and checks. No price is
    stated, for it is that of the program.

    ## Example

    ```dockerfile
    FROM rust:1.84 AS build
    RUN cargo build
    FROM debian:12-slim
    COPY --from=build /target/debug/app /usr/local/bin/app
    ```

    ```dockerfile
    FROM rust:1.84 AS build
    RUN cargo build --release
    FROM debian:12-slim
    COPY --from=build /target/release/app /usr/local/bin/app
    ```
    """

    id = "debug-build-shipped"
    help = "build for release: `cargo build --release`, `dotnet publish -c Release`"
    commands = ("cargo", "dotnet")

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        if command.stage.is_needed and (_is_cargo_debug(command, model) or _is_dotnet_debug(command)):
            yield Finding(command, f"{command.program} builds for debugging here, and the result ships")


def _is_cargo_debug(command: Invocation, model: Model) -> bool:
    verb = command.operands[0].value if command.program == "cargo" and command.operands else ""
    if verb == "install":
        return command.has_option("--debug")
    return verb in ("build", "b") and not command.has_option(*_PROFILES) and bool(_CARGO_RESULT.search(model.data))


def _is_dotnet_debug(command: Invocation) -> bool:
    if command.program != "dotnet" or not command.arguments or command.arguments[0].value not in ("build", "publish"):
        return False
    word = command.option_value("-c", "--configuration")
    return word is not None and command.value(word).lower() == "debug"
