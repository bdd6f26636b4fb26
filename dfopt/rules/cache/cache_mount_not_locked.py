"""The rule `cache-mount-not-locked`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.cache_mounts import cache_below
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Instruction, Run


class CacheMountNotLocked(Rule):
    """Two builds at once may spoil a cache.

    ## What it does

    Reports a `--mount=type=cache` for the cache of a package manager that wants it for itself (apt, apk, dnf, yum,
    zypper, pacman, yarn, conda, gradle), without `sharing=locked` or `sharing=private`.

    ## Why is this bad

    Two steps of one build, or two builds, then write to the folder at the same time. apt stops with `Could not get
    lock`; others leave half of a file behind, which all later builds take for a whole one.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y curl
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl
    ```

    ## Fix safety

    Safe: `sharing=locked` makes other steps wait for the folder; the step itself and what it writes are the same.
    """

    id = "cache-mount-not-locked"
    help = "add sharing=locked"
    fix_safety = Safety.SAFE
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        run = model.run(instruction) if isinstance(instruction, Run) and instruction.flags else None
        for mount in run.mounts if run else ():
            cache = cache_below(mount, run) if run and mount.type == "cache" and mount.sharing is None else None
            if cache and cache.sharing == "locked":
                text = mount.flag.token.text
                is_plain = not text.endswith(('"', "'"))
                end = mount.flag.span.end.offset
                edit = Edit(end, end, ",sharing=locked")
                fix = Fix(Safety.SAFE, "add sharing=locked", (edit,)) if is_plain else None
                yield Finding(mount.flag, f"the cache of {cache.manager} is not for two builds at once", fix=fix)
