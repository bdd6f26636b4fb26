"""What every engine's build has in common: a Dockerfile that need not lie in the context, and a log."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dfopt.images.engines.engine import NOTHING
from dfopt.images.engines.process import follow
from dfopt.images.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dfopt.images.engines.engine import Log

_LAST_LINES = 20


@contextmanager
def dockerfile_path(dockerfile: bytes | Path) -> Iterator[Path]:
    """Where the Dockerfile lies, which is outside of the context when it is given as bytes."""
    if isinstance(dockerfile, Path):
        yield dockerfile
        return
    with tempfile.TemporaryDirectory(prefix="dfopt-") as folder:
        path = Path(folder, "Dockerfile")
        path.write_bytes(dockerfile)
        yield path


def build_options(network: str | None, build_args: Mapping[str, str], target: str | None) -> list[str]:
    """A build's options by the names that Docker, Podman and Buildah share."""
    options = [f"--build-arg={name}={value}" for name, value in build_args.items()]
    options += [f"--network={network}"] if network else []
    options += [f"--target={target}"] if target else []
    return options


def run_docker_format_build(
    command: Sequence[str],
    context: Path,
    dockerfile: bytes | Path,
    options: Sequence[str],
    *,
    tag: str,
    log: Log | None,
) -> None:
    """Run the build of Podman or Buildah, in Docker's format, since OCI's has no HEALTHCHECK, SHELL and ONBUILD."""
    argv = [*command, "--format=docker", "--identity-label=false", f"--tag={tag}", *options]
    with dockerfile_path(dockerfile) as path:
        run_build([*argv, f"--file={path}", str(context)], builder=command[0], log=log)


def run_build(argv: Sequence[str], *, builder: str, log: Log | None, environment: Mapping[str, str] = NOTHING) -> None:
    """Run a build to its end, handing on each line of its log.

    Raises:
        BuildError: it failed; the log is kept in the folder for temporary files.
    """
    descriptor, name = tempfile.mkstemp(prefix="dfopt-build-", suffix=".log")
    path = Path(name)
    last_lines: deque[str] = deque(maxlen=_LAST_LINES)
    failed = False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:

        def keep(line: str) -> None:
            file.write(line + "\n")
            if line.strip():
                last_lines.append(line)
            if log:
                log(line)

        try:
            code = follow(argv, keep, environment=environment)
            failed = code != 0
        finally:
            if not failed:
                path.unlink()
    if failed:
        end = "\n".join(f"  {line}" for line in last_lines)
        raise BuildError(
            f"the build failed ({builder}, status {code}):\n{end}\nthe complete log: {path}",
            log=path,
            last_lines=tuple(last_lines),
        )
