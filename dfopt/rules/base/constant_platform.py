"""The rule `constant-platform`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import remove_flag
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import From


class ConstantPlatform(Rule):
    """FROM is bound to one platform.

    ## What it does

    Reports `--platform` with a fixed value, such as `linux/amd64`. One with a variable is right, be it one of the
    builder's or an ARG of the file, and so is a stage whose name has the system or architecture in it: it is one of
    several, each for a platform.

    ## Why is this bad

    The image is of that platform whatever `docker build --platform` asks for. On other machines it runs under
    emulation, if at all, or the image says that it is of a platform that it is not.

    ## Example

    ```dockerfile
    FROM --platform=linux/amd64 debian:12-slim
    ```

    ```dockerfile
    FROM debian:12-slim
    ```

    ## Fix safety

    Unsafe: on a machine of another architecture the stage is built for that one, where some step may know only the
    fixed platform.
    """

    id = "constant-platform"
    aliases = ("DL3029", "FromPlatformFlagConstDisallowed")
    help = "remove the flag and give --platform to the build, or use $BUILDPLATFORM or $TARGETPLATFORM"
    fix_safety = Safety.UNSAFE
    instructions = (From,)

    def check_instruction(self, instruction: From, model: Model) -> Iterator[Finding]:
        flag = instruction.flag("platform")
        platform = (flag.value or "").strip("\"'") if flag else ""
        if flag is None or not platform or "$" in platform:
            return
        name = instruction.stage.value.lower() if instruction.stage else ""
        if any(part in name for part in platform.lower().split("/")[:2]):
            return
        edits = remove_flag(instruction, flag)
        fix = Fix(Safety.UNSAFE, "remove --platform", edits, frozenset({Change.BASE})) if edits else None
        yield Finding(flag, f"the stage is built for {platform} whatever the build asks for", fix=fix)
