"""The rule `secret-mount-copied`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Instruction, Run

_COPIERS = frozenset({"cp", "install", "mv", "rsync"})
_READERS = frozenset({"base64", "cat", "dd", "envsubst", "grep", "sed", "tee"})


class SecretMountCopied(Rule):
    """A secret of the build is written into the image.

    ## What it does

    Reports a RUN with `--mount=type=secret` whose command copies the secret (`cp`, `mv`, `install`), or sends it to a
    file (`cat … > file`), outside of its mounts.

    ## Why is this bad

    The mount is there so that the secret never reaches a layer. The copy does.

    ## Example

    ```dockerfile
    FROM node:22-slim
    RUN --mount=type=secret,id=npmrc cp /run/secrets/npmrc /root/.npmrc && npm ci
    ```

    ```dockerfile
    FROM node:22-slim
    RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
    ```
    """

    id = "secret-mount-copied"
    help = "mount it where it is read: --mount=type=secret,id=…,target=…"
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        run = model.run(instruction) if isinstance(instruction, Run) and instruction.flags else None
        secrets = {each.target for each in run.mounts if each.type == "secret" and each.target} if run else set()
        for command in run.commands if run and secrets else ():
            if (target := _target(command, secrets)) and not _is_removed(target, command):
                yield Finding(command, f"{command.program} writes the secret into {target}, a file of the image")


def _target(command: Invocation, secrets: set[str]) -> str | None:
    """The path outside of all mounts that a command writes a secret to."""
    paths = [command.path(word) for word in command.operands]
    if secrets.isdisjoint(paths):
        return None
    if command.program in _COPIERS and len(paths) > 1:
        target = paths[-1]
    elif command.program in _READERS:
        files = [
            command.path(each.target) for each in command.redirects if each.target and each.operator in (">", ">>")
        ]
        target = files[0] if files else ""
    else:
        return None
    is_kept = target.startswith("/") and not target.startswith("/dev/") and command.run.mount_over(target) is None
    return target if is_kept else None


def _is_removed(target: str, command: Invocation) -> bool:
    """Whether the same RUN removes the copy again."""
    later = (each for each in command.following if each.program in ("rm", "shred", "unlink"))
    return any(target in [each.path(word) for word in each.operands] for each in later)
