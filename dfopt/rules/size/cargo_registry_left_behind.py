"""The rule `cargo-registry-left-behind`."""

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import BUILDING, CacheLeftBehind, clean_after, is_used_later, spoken

_BUILDS_NOTHING = ("chef prepare", "update", "check", "doc")


class CargoRegistryLeftBehind(CacheLeftBehind):
    """The sources of crates stay in the image.

    ## What it does

    Reports RUNs that build with cargo and leave its registry, in the stages that the final image is made of. A mount on
    `$CARGO_HOME/registry` keeps it out of the layer as well.

    ## Why is this bad

    The registry has the archive and the sources of each crate; a program that is built needs none of them. No price is
    stated, for it depends on the crates.

    ## Example

    ```dockerfile
    FROM rust:1.84-slim
    RUN cargo install --locked ripgrep
    ```

    ```dockerfile
    FROM rust:1.84-slim AS build
    RUN cargo install --locked --root /out ripgrep

    FROM debian:12-slim
    COPY --from=build /out/bin/rg /usr/local/bin/rg
    ```

    ## Fix safety

    Unsafe: the registry is removed behind the last cargo of the image, and a script that this file does not show may
    run cargo when the container has no network. There is no fix where a later command of the file is of cargo, or what
    the container starts.
    """

    id = "cargo-registry-left-behind"
    help = "build in a stage of its own and copy the program, or mount a cache on cargo's registry"
    fix_safety = Safety.UNSAFE
    managers = ("cargo",)
    fills = BUILDING

    def leaves_cache(self, command: PackageCommand) -> bool:
        return command.verb not in _BUILDS_NOTHING and super().leaves_cache(command)

    def message(self, command: PackageCommand) -> str:
        return f"{spoken(command)} leaves the sources of all crates in the layer"

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        if is_used_later(command.command, command.manager, ("cargo",), model):
            return None
        text = 'rm -rf "${CARGO_HOME:-$HOME/.cargo}"/registry'
        return clean_after(command.command, text, "remove cargo's registry behind it", Safety.UNSAFE)
