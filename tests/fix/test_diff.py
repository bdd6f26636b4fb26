"""Diffs are what `git apply` takes, whatever the line ends and bytes."""

import os
import subprocess
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dfopt.fix.diff import unified_diff

LINES = st.sampled_from([b"FROM a", b"RUN b \\", b"", b"# \xff", b"CMD c\r", b" \rd", "\u2028x".encode()])
FILES = st.builds(
    lambda lines, end: b"\n".join(lines) + end, st.lists(LINES, min_size=1), st.sampled_from([b"", b"\n"])
)


@given(FILES, FILES)
def test_applied_diff_gives_the_second_version(before: bytes, after: bytes) -> None:
    diff = unified_diff("Dockerfile", before, after).encode("utf-8", "surrogateescape")
    assert bool(diff) is (before != after)
    if diff and before and after:
        assert applied(diff, before) == after


def applied(diff: bytes, before: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "Dockerfile").write_bytes(before)
        environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(Path(folder).parent)}
        command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
        subprocess.run(command, cwd=folder, input=diff, check=True, env=environment)
        return Path(folder, "Dockerfile").read_bytes()
