"""How much of a slim image its probe really touches: a measure of "as small as possible".

    python bench/touched.py [SUBJECT ...]

Builds each subject as dfopt rewrites it, and lets the kernel (fanotify) report every file that is opened in the
container, from its first instruction on, while the whole probe runs. Prints the bytes of all files, of those that were
opened, and what the rest consists of. No image can hold less than what was opened and still pass; the rest is what
another request, another locale or an error might ask for. An experiment: dfopt itself traces nothing. Needs docker and
root.
"""

import ctypes
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from subjects import ARTICLE, ECOSYSTEMS, built, docker_for, probe

from dfopt.images import Engine, ImageRef, find_engine

# From linux/fanotify.h.
FAN_CLOEXEC, FAN_UNLIMITED_QUEUE = 0x1, 0x10
FAN_MARK_ADD, FAN_MARK_MOUNT = 0x1, 0x10
FAN_OPEN, FAN_OPEN_EXEC = 0x20, 0x1000
EVENT = struct.Struct("=IBBHQii")
AT_FDCWD = -100

libc = ctypes.CDLL(None, use_errno=True)
libc.fanotify_mark.argtypes = (ctypes.c_int, ctypes.c_uint, ctypes.c_uint64, ctypes.c_int, ctypes.c_char_p)


class Opened:
    """The paths of the files that are opened through some mounts, from now on."""

    def __init__(self, mounts: list[Path]) -> None:
        self.paths: set[str] = set()
        self._descriptor = libc.fanotify_init(FAN_CLOEXEC | FAN_UNLIMITED_QUEUE, os.O_RDONLY | os.O_LARGEFILE)
        if self._descriptor < 0 or any(map(self._mark, mounts)):
            sys.exit(f"touched.py: fanotify: {os.strerror(ctypes.get_errno())}; root is needed")
        threading.Thread(target=self._listen, daemon=True).start()

    def _mark(self, mount: Path) -> int:
        flags, events = FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN | FAN_OPEN_EXEC
        return int(libc.fanotify_mark(self._descriptor, flags, events, AT_FDCWD, os.fsencode(mount)))

    def _listen(self) -> None:
        while True:
            events = os.read(self._descriptor, 1 << 16)
            while events:
                length, *_, descriptor, _process = EVENT.unpack_from(events)
                self.paths.add(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
                os.close(descriptor)
                events = events[length:]


@contextmanager
def waiting_shell() -> Iterator[tuple[Path, list[str]]]:
    """A folder to mount at /waiting, and a command that waits there for a word and then becomes the command behind it.

    It is this host's shell with its own loader and library, so that it opens nothing of the image.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        listing = subprocess.run(["ldd", "/bin/sh"], capture_output=True, text=True, check=True).stdout
        libraries = re.findall(r"/\S+", listing)
        for path in ("/bin/sh", *libraries):
            shutil.copy(path, folder)
        os.mkfifo(folder / "word")
        folder.chmod(0o755)
        (folder / "word").chmod(0o644)
        loader = next(PurePosixPath(path).name for path in libraries if "/ld-" in path)
        script = 'read word < /waiting/word; exec "$@"'
        yield folder, [f"/waiting/{loader}", "--library-path", "/waiting", "/waiting/sh", "-c", script, "sh"]


def touched(engine: Engine, image: ImageRef, subject: str) -> set[str]:
    """The files of an image that a container opens while the whole probe runs."""
    config = engine.config(image)
    with waiting_shell() as (folder, command), docker_for(config.user) as docker:
        entrypoint, *words = [*command, *config.entrypoint, *config.cmd]
        options = ["--detach", "--network=host", f"--volume={folder}:/waiting", f"--entrypoint={entrypoint}"]
        container = _say("docker", "run", *options, image.name, *words)
        try:
            process = _say("docker", "inspect", "--format={{.State.Pid}}", container)
            root = Path(f"/proc/{process}/root")
            opened = Opened([root, *(root / volume.lstrip("/") for volume in config.volumes)])
            (folder / "word").write_text("go\n")
            probe(subject, container, DOCKER=docker)
        finally:
            _say("docker", "rm", "--force", "--volumes", container)
    return opened.paths


def _say(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def report(engine: Engine, subject: str) -> float:
    """Prints a subject's figures; the ratio of what is there to what was opened."""
    with built(engine, subject) as (_, slim):
        opened = touched(engine, slim, subject)
        with engine.export(slim) as root:
            sizes = {entry.path: entry.size for entry in root.values() if entry.is_file}
    used = sum(size for path, size in sizes.items() if path in opened)
    total = sum(sizes.values())
    rest: Counter[str] = Counter()
    for path, size in sizes.items():
        if path not in opened:
            rest["/".join(path.split("/")[:5])] += size
    dearest = ", ".join(f"{path} {size / 1e6:.1f}" for path, size in rest.most_common(6))
    figures = f"{total / 1e6:7.1f} MB, opened {used / 1e6:7.1f} MB: {total / used:.2f}x"
    print(f"{subject:20} {figures}   not opened: {dearest}", flush=True)
    return total / used


def main() -> None:
    with find_engine("docker") as engine:
        ratios = sorted(report(engine, subject) for subject in sys.argv[1:] or [*ARTICLE, *ECOSYSTEMS])
    print(f"median {ratios[len(ratios) // 2]:.2f}x of what the probe opens")


if __name__ == "__main__":
    main()
