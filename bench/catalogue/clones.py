"""What the scripts beside this read from clones: git directories, with their history where a script says so."""

import subprocess
from collections.abc import Iterator


def git(git_dir: str, *arguments: str) -> str:
    """What a git command prints."""
    command = ["git", f"--git-dir={git_dir}", *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


def versions(git_dir: str, path: str) -> Iterator[tuple[str, str, str | None]]:
    """The versions of a file, newest first: day, commit and text, which is None where it was deleted."""
    days = dict(line.split() for line in git(git_dir, "log", "--format=%H %cs", "HEAD", "--", path).splitlines())
    wanted = "".join(f"{commit}:{path}\n" for commit in days)
    output = subprocess.run(
        ["git", f"--git-dir={git_dir}", "cat-file", "--batch"],
        input=wanted.encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    position = 0
    for commit, day in days.items():
        end = output.index(b"\n", position)
        header = output[position:end].split()
        position = end + 1
        if header[-1] == b"missing":
            yield day, commit, None
        else:
            size = int(header[2])
            yield day, commit, output[position : position + size].decode(errors="replace")
            position += size + 1
