"""Running the engines' command lines."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from dfopt.images.errors import ArchiveError, EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_GRACE = 10.0


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """What it wrote to standard output, without blanks around it."""
        return self.stdout.decode("utf-8", "replace").strip()

    @property
    def complaint(self) -> str:
        """What it wrote to standard error, without blanks around it."""
        return self.stderr.decode("utf-8", "replace").strip()


def run(argv: Sequence[str], *, timeout: float = 120) -> Finished:
    """Run a command to its end.

    Raises:
        EngineError: it is not installed, or it took longer than `timeout` seconds and was ended.
    """
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False)
    except OSError as error:
        raise _not_started(argv[0], error) from error
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"`{' '.join(argv)}` did not end within {timeout:g} s") from error
    return Finished(done.returncode, done.stdout, done.stderr)


def ask(argv: Sequence[str], *, timeout: float = 120) -> str:
    """Run a command that has to succeed; what it wrote to standard output.

    Raises:
        EngineError: it failed; the message is its own.
    """
    done = run(argv, timeout=timeout)
    if done.code != 0:
        raise EngineError(done.complaint or f"`{' '.join(argv)}` ended with status {done.code}")
    return done.text


def follow(argv: Sequence[str], on_line: Callable[[str], None], *, environment: Mapping[str, str]) -> int:
    """Run a command and hand on each line it writes, to either output, as it comes; its exit status."""
    with _process(argv, stderr=subprocess.STDOUT, environment=environment) as process:
        for line in _output(process):
            on_line(line.decode("utf-8", "replace").rstrip("\r\n"))
        return process.wait()


@contextmanager
def reading(argv: Sequence[str]) -> Iterator[BinaryIO]:
    """Read what a command writes to standard output.

    Raises:
        EngineError: it failed; so an archive that was cut off for that reason is told of by its cause.
    """
    with tempfile.TemporaryFile() as complaints, _process(argv, stderr=complaints, environment={}) as process:
        output = _output(process)
        try:
            yield output
        except ArchiveError as error:
            if not output.read(1):
                _check_end(process, complaints, cause=error)
            raise
        while output.read(1 << 20):
            pass
        _check_end(process, complaints, cause=None)


def end(process: subprocess.Popen[bytes], *, grace: float = _GRACE) -> None:
    """Ask a process to end, and kill it when it has not done so within `grace` seconds."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _process(
    argv: Sequence[str], *, stderr: int | IO[bytes], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**os.environ, **environment},
        )
    except OSError as error:
        raise _not_started(argv[0], error) from error
    try:
        yield process
    finally:
        end(process)
        _output(process).close()


def _output(process: subprocess.Popen[bytes]) -> BinaryIO:
    return cast("BinaryIO", process.stdout)


def _check_end(process: subprocess.Popen[bytes], complaints: IO[bytes], *, cause: Exception | None) -> None:
    if process.wait() == 0:
        return
    complaints.seek(0)
    raise EngineError(complaints.read().decode("utf-8", "replace").strip()) from cause


def _not_started(program: str, error: OSError) -> EngineError:
    if isinstance(error, FileNotFoundError):
        return EngineError(f"{program} is not installed, or not on PATH")
    return EngineError(f"{program} can't be started: {error.strerror}")
