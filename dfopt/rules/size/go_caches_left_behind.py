"""The rule `go-caches-left-behind`."""

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import BUILDING, CacheLeftBehind, clean_after, is_used_later, spoken

_READS_ONLY = ("vet", "generate", "tool")
_FIRST_WITH_CACHE = (1, 10)
_FIRST_WITH_MODULES = (1, 13)
_NEWEST = (2,)


class GoCachesLeftBehind(CacheLeftBehind):
    """Go's modules and its build cache stay in the image.

    ## What it does

    Reports RUNs that build with go and leave what it downloads and compiles, in the stages that the final image is
    made of; before Go 1.10, which had no cache of what it compiled, `go get` only. Mounts on `/go/pkg/mod` and
    `/root/.cache/go-build` keep both out of the layer as well.

    ## Why is this bad

    A program that is built needs neither. No price is stated, for it depends on the modules; the build of a small
    server with gin left 198 MB of modules and 216 MB of compiled packages.

    ## Example

    ```dockerfile
    FROM golang:1.24
    RUN go install example.com/app@v1.2.3
    CMD ["app"]
    ```

    ```dockerfile
    FROM golang:1.24 AS build
    RUN go install example.com/app@v1.2.3

    FROM gcr.io/distroless/static-debian12
    COPY --from=build /go/bin/app /app
    CMD ["/app"]
    ```

    ## Fix safety

    Unsafe: the caches are removed behind the last go of the image, and a script that this file does not show may
    run go when the container has no network. There is no fix where a later command of the file is of go, or what
    the container starts, nor on other bases than the images of Go 1.13 and later, which surely know the command.
    """

    id = "go-caches-left-behind"
    help = "build in a stage of its own and copy the program, or mount caches on go's two folders"
    fix_safety = Safety.UNSAFE
    managers = ("go",)
    fills = BUILDING

    def leaves_cache(self, command: PackageCommand) -> bool:
        if command.verb in _READS_ONLY or not super().leaves_cache(command):
            return False
        version = _version(command.run.stage)
        return command.verb == "get" or version is None or version >= _FIRST_WITH_CACHE

    def message(self, command: PackageCommand) -> str:
        return f"{spoken(command)} leaves what it downloads and compiles in the layer"

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        stage = command.run.stage
        if not _has_modules(stage) or is_used_later(command.command, command.manager, ("go",), model):
            return None
        text = f"{command.command.words[0].text} clean -cache -modcache"
        return clean_after(command.command, text, "run go clean behind it", Safety.UNSAFE)


def _has_modules(stage: Stage) -> bool:
    version = _version(stage)
    return version is not None and version >= _FIRST_WITH_MODULES


def _version(stage: Stage) -> tuple[int, ...] | None:
    """The version of Go in the golang image that a stage stands on, or the newest where the tag names none."""
    from dfopt.knowledge.bases import identify

    base = identify(stage.root_base) if stage.root_base else None
    if base is None or base.image != "golang":
        return None
    parts = (base.version or "").split(".")[:2]
    return tuple(map(int, parts)) if len(parts) > 1 and all(part.isdecimal() for part in parts) else _NEWEST
