"""The rule `cache-mount-missing`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.paths import is_below
from dfopt.model.runs import RunFacts
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.editing import insert_flag
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import base_of
from dfopt.rules.shared.cache_mounts import keeps_no_cache
from dfopt.rules.shared.leftovers import ships
from dfopt.syntax.nodes import Instruction, Run

if TYPE_CHECKING:
    from dfopt.knowledge.caches import Cache

_MANAGERS = frozenset({"bundler", "cargo", "go", "npm", "nuget", "pnpm", "poetry", "uv", "yarn"})
_FILLS = frozenset({PackageAction.INSTALL, PackageAction.DOWNLOAD, PackageAction.BUILD})
_FILLING_VERBS = {
    "cargo": ("build", "fetch", "install", "test"),
    "go": ("build", "get", "install", "mod download", "test"),
    "nuget": ("build", "publish", "restore"),
}
_OWN_IMAGES = {"cargo": "rust", "go": "go"}
_PROGRAMS = {"gradle": "gradle", "gradlew": "gradle", "mvn": "maven", "mvnw": "maven"}


class CacheMountMissing(Rule):
    """A build step fetches everything again.

    ## What it does

    Reports a RUN in a stage that does not ship, and whose package manager (npm, yarn, pnpm, go, cargo, Maven, Gradle,
    bundler, nuget, poetry, uv) has no `--mount=type=cache` for what it fetches. Where the cache would go into the
    image, other rules tell how to keep it out.

    ## Why is this bad

    When a step has to run again, since a source or the list of dependencies changed, all that it fetched or compiled
    before is gone with the old layer. A cache mount keeps it on the builder, for this build and for others.

    ## Example

    ```dockerfile
    FROM golang:1.26 AS build
    COPY . .
    RUN go build -o /server .

    FROM scratch
    COPY --from=build /server /server
    ```

    ```dockerfile
    FROM golang:1.26 AS build
    COPY . .
    RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -o /server .

    FROM scratch
    COPY --from=build /server /server
    ```

    ## Fix safety

    Unsafe: what the manager fetches is no longer in the layer, so that a later step which reads it there, without the
    mount, has to fetch it again or fails without a network. The file then needs BuildKit.
    """

    id = "cache-mount-missing"
    aliases = ("tally/prefer-package-cache-mounts",)
    severity = Severity.HINT
    help = "mount a cache: RUN --mount=type=cache,target=…"
    fix_safety = Safety.UNSAFE
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        run = model.run(instruction) if isinstance(instruction, Run) else None
        if run is None or run.is_trigger or ships(run.stage) or not run.scripts:
            return
        targets: dict[str, Cache] = {}
        tools: list[str] = []
        for tool, manager in _fillers(run):
            wanted = _missing(manager, run)
            if wanted:
                tools.append(tool)
                targets |= wanted
        if targets:
            names = " and ".join(dict.fromkeys(tools))
            message = f"when it runs again, `{names}` fetches what an earlier build had"
            yield Finding(instruction.head, message, fix=_fix(instruction, targets))


def _fillers(run: RunFacts) -> Iterator[tuple[str, str]]:
    """The programs of a RUN that fill a cache, and the manager whose cache it is."""
    for command in run.package_commands:
        if command.manager in _MANAGERS and _fills(command) and not keeps_no_cache(command):
            yield f"{command.tool} {command.verb}".strip(), command.manager
    for each in run.commands:
        if each.program in _PROGRAMS:
            yield each.program, _PROGRAMS[each.program]


def _fills(command: PackageCommand) -> bool:
    verbs = _FILLING_VERBS.get(command.manager)
    return command.verb in verbs if verbs else command.action in _FILLS and command.action is not PackageAction.BUILD


def _missing(manager: str, run: RunFacts) -> "dict[str, Cache]":
    """The caches of a manager that the RUN does not mount, by the folders where mounts of them go."""
    from dfopt.knowledge.caches import caches, in_home

    home = run.config.home
    if manager in _OWN_IMAGES and not _stands_on(manager, run):
        return {}
    found = {}
    for cache in caches(manager):
        if cache.mount_target is None or (cache.mount_target.startswith("~") and home is None) or cache.name == "berry":
            continue
        if cache.moved_by and cache.moved_by in run.config.variables:
            continue
        target = in_home(cache.mount_target, home or "/root")
        if run.mount_over(target) is None and not _is_copied(target, run):
            found[target] = cache
    return found


def _stands_on(manager: str, run: RunFacts) -> bool:
    """Whether the stage stands on the language's own image, which moves the cache to a folder of its own."""
    base = base_of(run.stage)
    return base is not None and base.language == _OWN_IMAGES[manager]


def _is_copied(target: str, run: RunFacts) -> bool:
    """Whether another stage takes something from the folder, so that it must be in a layer."""
    copies = (copy for copy in run.stage.model.copies if copy.from_stage and run.stage in copy.from_stage.lineage)
    sources = [source.text for copy in copies for source in copy.sources]
    return any(is_below(source, target) or is_below(target, source) for source in sources)


def _fix(instruction: Instruction, targets: "dict[str, Cache]") -> Fix:
    flags = [f"--mount=type=cache,target={target}{_sharing(cache)}" for target, cache in targets.items()]
    return Fix(Safety.UNSAFE, "mount the cache", insert_flag(instruction, " ".join(flags)))


def _sharing(cache: "Cache") -> str:
    return "" if cache.sharing == "shared" else f",sharing={cache.sharing}"
